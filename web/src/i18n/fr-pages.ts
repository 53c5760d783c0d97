// Words of the pages of one thing each, and of what is counted there.

import type {
  AidKind, ApplicationStatus, CallKind, CallPhase, CollectiveKind, CollectiveStage, CommunityAsset, ConfirmationStatus, ContributionKind,
  CooperationLevel, Dynamic, ImpactCondition, InteractionKind, LessonRubric, MemberRole, MembershipStatus, PublicationStatus, ReasonStance,
  RegistrationScheme, ReplicationStatus, ResourceKind, RevisionAction, StepStatus, SupportStatus, SwotQuadrant, TerritoryKind, TrackKind, Urgency,
  Visibility, WorkshopFormat,
} from "../api/generated.ts";

const s = (count: number): string => (count < 2 ? "" : "s");

const callPhases: Record<CallPhase, string> = { OPEN: "Ouvert", UPCOMING: "À venir", CLOSED: "Fermé", DRAFT: "Brouillon", ARCHIVED: "Archivé" };
const callKinds: Record<CallKind, string> = {
  CALL_FOR_PROJECTS: "Appel à projets",
  CALL_FOR_EXPRESSIONS_OF_INTEREST: "Appel à manifestation d’intérêt",
  STANDING_AID: "Aide permanente",
  OTHER: "Autre",
};
const aidKinds: Record<AidKind, string> = {
  GRANT: "Subvention",
  LOAN: "Prêt",
  TECHNICAL_ENGINEERING: "Ingénierie technique",
  FINANCIAL_ENGINEERING: "Ingénierie financière",
  LEGAL_ENGINEERING: "Ingénierie juridique",
  OTHER: "Autre aide",
};
const tracks: Record<TrackKind, string> = {
  INDIVIDUAL_PROJECT: "Projet individuel",
  COLLECTIVE_PROJECT: "Projet collectif",
  SMALL_COLLECTIVE: "Petit collectif",
};
const stages: Record<CollectiveStage, string> = {
  INTENT: "Intention",
  FORMING: "En formation",
  STRUCTURED: "Structuré",
  ACTING: "En action",
  CLOSED: "Clos",
};
const collectiveKinds: Record<CollectiveKind, string> = { SMALL_COLLECTIVE: "Petit collectif", ACTION_COMMUNITY: "Communauté d’action" };
const memberRoles: Record<MemberRole, string> = { LEAD: "Pilote", FACILITATOR: "Anime", FUNDER: "Finance", MEMBER: "Membre", RESOURCE: "Ressource" };
const memberStates: Record<MembershipStatus, string> = { ACCEPTED: "A accepté", INVITED: "Invité, sans réponse encore", DECLINED: "A décliné", LEFT: "Est parti" };
const steps: Record<StepStatus, string> = { TODO: "À faire", DOING: "En cours", DONE: "Fait", DROPPED: "Abandonné" };
const levels: Record<CooperationLevel, string> = {
  ACQUAINTANCE: "se connaissent",
  INFORMATION: "s’informent",
  CONSULTATION: "se consultent",
  COORDINATION: "se coordonnent",
  PARTNERSHIP: "sont partenaires",
  CO_AUTHORSHIP: "font ensemble",
};
const confirmations: Record<ConfirmationStatus, string> = { CONFIRMED: "Confirmé par les deux", DECLARED: "Déclaré par l’un", DISPUTED: "Contesté" };
const statuses: Record<PublicationStatus, string> = { PUBLISHED: "Publié", DRAFT: "Brouillon", SUBMITTED: "En relecture", REJECTED: "Refusé", ARCHIVED: "Archivé" };
const applications: Record<ApplicationStatus, string> = {
  DRAFT: "Brouillon",
  AWAITING_SIGN_OFF: "Attend des accords",
  SUBMITTED: "Déposée",
  UNDER_REVIEW: "À l’étude",
  ACCEPTED: "Acceptée",
  REJECTED: "Refusée",
  WITHDRAWN: "Retirée",
};
const resources: Record<ResourceKind, string> = {
  AUDIENCE_ACCESS: "Accès à un public",
  DATA: "Données",
  EQUIPMENT: "Matériel",
  FUNDING: "Financement",
  SKILL: "Compétence",
  SPACE: "Local",
  TRAINING: "Formation",
  VOLUNTEERS: "Bénévoles",
  OTHER: "Autre",
};
const contributions: Record<ContributionKind, string> = { EQUIPMENT: "Matériel", EXPERTISE: "Expertise", MONEY: "Argent", NETWORK: "Réseau", SPACE: "Local", TIME: "Temps" };
const conditions: Record<ImpactCondition, string> = {
  COMMON_AGENDA: "Une visée commune",
  SHARED_MEASUREMENT: "Une mesure partagée",
  MUTUALLY_REINFORCING_ACTIVITIES: "Des actions qui se renforcent",
  CONTINUOUS_COMMUNICATION: "Une communication continue",
  BACKBONE_SUPPORT: "Une structure qui soutient",
};
const assets: Record<CommunityAsset, string> = {
  CHARTER_AND_GOVERNANCE: "Charte et gouvernance",
  ROADMAP: "Feuille de route",
  ECONOMIC_MODEL: "Modèle économique",
  COMMUNICATION_PLAN: "Plan de communication",
  EVALUATION_FRAMEWORK: "Cadre d’évaluation",
  EXPERIMENT_SITE: "Site d’expérimentation",
};
const quadrants: Record<SwotQuadrant, string> = { STRENGTH: "Forces", WEAKNESS: "Faiblesses", OPPORTUNITY: "Opportunités", THREAT: "Menaces" };
const rubrics: Record<LessonRubric, string> = {
  TRIGGER: "Déclencheur",
  LEVER: "Levier",
  SUCCESS_FACTOR: "Facteur de réussite",
  DIFFICULTY: "Difficulté",
  PROSPECT: "Perspective",
};
const replications: Record<ReplicationStatus, string> = { CONSIDERED: "À l’étude", PLANNED: "Prévue", RUNNING: "En cours", DONE: "Faite", ABANDONED: "Abandonnée" };
const urgencies: Record<Urgency, string> = { LOW: "Faible", MODERATE: "Modérée", HIGH: "Forte", CRITICAL: "Critique" };
const revisions: Record<RevisionAction, string> = {
  CREATED: "Créé", UPDATED: "Modifié", SUBMITTED: "Soumis", PUBLISHED: "Publié", REJECTED: "Refusé", ARCHIVED: "Archivé", RESTORED: "Rétabli",
  IMPORTED: "Importé", MERGED: "Fusionné", CONFIRMED: "Confirmé", DISPUTED: "Contesté", ERASED: "Effacé", SUPPRESSED: "Retiré",
};
const visibilities: Record<Visibility, string> = { PUBLIC: "Public", PARTNERS: "Pour les partenaires", MANAGERS: "Pour les gestionnaires" };
const formats: Record<WorkshopFormat, string> = {
  INTERVIEW: "Entretien", MARATHON: "Marathon", SEMINAR: "Séminaire", STEERING_COMMITTEE: "Comité de pilotage", SURVEY: "Enquête",
  WORKING_GROUP: "Groupe de travail", WORLD_CAFE: "World café", OTHER: "Rencontre",
};
const dynamics: Record<Dynamic, string> = { COOPERATION: "Coopération", INCLUSIVE_SOCIETY: "Société inclusive", POWER_TO_ACT: "Pouvoir d’agir" };
const supports: Record<SupportStatus, string> = { OPEN: "Ouverte", ASSIGNED: "Confiée", ANSWERED: "Répondue", CLOSED: "Close" };
const stances: Record<ReasonStance, string> = { NECESSARY: "C’est nécessaire", IMPORTANT: "C’est important", NOT_ACCEPTABLE: "Ce n’est plus acceptable" };
const schemes: Record<RegistrationScheme, string> = { SIREN: "SIREN", SIRET: "SIRET", RNA: "RNA", UAI: "UAI", FINESS: "FINESS", WIKIDATA: "Wikidata", OTHER: "Autre" };

export const pages = {
  enums: {
    callPhases, callKinds, aidKinds, tracks, stages, collectiveKinds, memberRoles, memberStates, steps, levels, confirmations, statuses, applications,
    resources, contributions, conditions, assets, quadrants, rubrics, replications, urgencies, revisions, visibilities, formats, dynamics, supports, stances, schemes,
  },
  actor: {
    acts: "Où il agit",
    seat: "Siège",
    address: "Adresse",
    hidden: "Adresse non publiée",
    website: "Site",
    registrations: "Registres",
    audiences: "Publics",
    contacts: "À qui demander",
    noContacts: "Aucun contact visible. Connectez-vous si vous êtes partenaire.",
    askVia: "Qui répond pour cet acteur",
    askAt: (place: string) => `À qui demander : ${place}`,
    inYear: (year: string) => `en ${year}`,
    untilIn: (when: string) => `jusqu’en ${when}`,
    until: (day: string) => `jusqu’au ${day}`,
    since: (day: string) => `depuis le ${day}`,
    sinceIn: (when: string) => `depuis ${when}`,
    links: (count: number) => `${count} lien${s(count)}`,
    noLinks: "Aucun lien connu.",
    /** Links that have a direction, as the one whose page it is would say them. */
    ways: {
      FUNDING: { out: "Finance", in: "Est financé par" },
      MEMBERSHIP: { out: "Adhère à", in: "A pour membres" },
      GOVERNANCE: { out: "Gouverne", in: "Est gouverné par" },
      SERVICE_DELIVERY: { out: "Rend un service à", in: "Reçoit un service de" },
      SUPPORT: { out: "Appuie", in: "Est appuyé par" },
      REFERRAL: { out: "Oriente du public vers", in: "Reçoit du public de" },
    } as Partial<Record<InteractionKind, { out: string; in: string }>>,
    moreLinks: (count: number) => `et ${count} autre${s(count)}`,
    ended: "Terminés",
    current: "En cours",
    collectives: "Collectifs",
    projects: "Projets",
    needs: "Cherche",
    offers: "Propose",
    history: "Historique",
    sources: "D’où vient cette fiche",
    source: (name: string) => `fichier « ${name} »`,
    importedOn: (day: string) => `importé le ${day}`,
    onMap: "Voir sur la carte",
    edit: "Modifier",
    suggest: "Proposer une correction",
    duplicates: "Chercher des doublons",
    updated: (day: string) => `Modifié le ${day}`,
    verified: (day: string) => `Vérifié le ${day}`,
    pending: (count: number) => `${count} proposition${s(count)} en attente`,
    ego: "Ses liens",
  },
  place: {
    inhabitants: "Habitants",
    area: "Superficie",
    within: "Fait partie de",
    inner: (count: number, kind: TerritoryKind) => `${count} ${{ REGION: "région", DEPARTMENT: "département" }[kind as string] ?? "commune"}${s(count)} à l’intérieur`,
    perimeters: "Autres périmètres à l’intérieur",
    key: "À rencontrer d’abord",
    explore: "Explorer sur la carte",
    gaps: "Ce qui manque",
    calls: "Appels ouverts",
    noCalls: "Aucun appel ouvert ici.",
    collectives: "Collectifs",
    noCollectives: "Aucun collectif ici.",
    contacts: "À qui demander",
    noContacts: "Aucun contact d’appui visible.",
    diagnoses: "Diagnostics partagés",
    practices: "Pratiques",
    kinds: "Qui est là",
    outline: (name: string) => `Contour de ${name}`,
  },
  ask: {
    first: "À qui demander d’abord",
    else: "Sinon",
    choose: "Choisissez un territoire pour savoir à qui demander d’abord.",
    more: (count: number) => (count === 1 ? "et un autre contact" : `et ${count} autres contacts`),
    tracks: (which: string) => `seulement : ${which}`,
    fictitious: "Contacts fictifs : ceci est une démonstration.",
    /** Where someone answers: null is the very place that is asked about. */
    why: (place: string | null, wide: boolean, call: boolean) =>
      ["répond", call && "pour cet appel", place === null ? "ici même" : wide ? `pour tout le territoire « ${place} »` : `à ${place}`].filter(Boolean).join(" "),
  },
  call: {
    list: "Appels à projets et aides",
    listLead: "Ceux qui ferment bientôt d’abord.",
    closes: "Ferme le",
    opens: "Ouvre",
    open: "Sans date de fin",
    tracks: "Façons de candidater",
    ask: "À qui demander",
    askWhere: "Pour quel territoire ?",
    noAsk: "Aucun contact d’appui n’est désigné pour cet appel.",
    organisers: "Porté par",
    funders: "Financé par",
    eligibility: "Qui peut candidater",
    territories: "Périmètre",
    themes: "Thèmes",
    budget: "Enveloppe",
    grant: (least: string | null, most: string | null) => (least && most ? `de ${least} à ${most}` : most ? `jusqu’à ${most}` : least ? `à partir de ${least}` : ""),
    members: (least: number | null, most: number | null) => (least === 1 && most === 1 ? "" : least && most ? `${least} à ${most} membres` : least ? `${least} membres au moins` : most ? `${most} membres au plus` : ""),
    apply: "Préparer une candidature",
    signInToApply: "Se connecter pour candidater",
    original: "Page officielle",
    applications: "Candidatures",
    phases: "État",
    any: "Tous",
    within: "Où",
    more: (count: number) => `et ${count} autre${s(count)}`,
  },
  collective: {
    list: "Collectifs",
    listLead: "Des acteurs qui veulent agir ensemble, et où ils en sont.",
    register: "Inscrire un collectif",
    stage: "Étape",
    blockers: "Ce qui retient l’étape suivante",
    noBlockers: "Rien ne retient l’étape suivante.",
    members: "Membres",
    lead: "Pilote",
    steps: "Prochaines étapes",
    noSteps: "Aucune étape n’est écrite.",
    due: (day: string) => `pour le ${day}`,
    intent: "L’intention",
    finding: "Le constat partagé",
    change: "Le changement cherché",
    why: "Pourquoi maintenant",
    urgency: "Urgence",
    card: "Carte d’identité",
    printCard: "La carte, à imprimer",
    question: "La question essentielle",
    actions: "Actions clés",
    effects: "Effets attendus",
    brings: "Ce que chacun apporte",
    maturity: "Maturité",
    indicators: "Indicateurs",
    support: "Demandes d’appui",
    sessions: "Rencontres",
    people: "Personnes ressources",
    invite: "Inviter un membre",
    members0: (count: number) => `${count} membre${s(count)}`,
    hours: (count: string) => `${count} h par mois`,
    becameActor: "Devenu un acteur",
    all: "Toutes les étapes",
  },
  diagnosis: {
    list: "Diagnostics partagés",
    listLead: "Ce qu’un territoire dit de lui-même : forces, faiblesses, orientations.",
    empty: "Aucun diagnostic publié ici.",
    report: "Le rapport, à imprimer",
    facilitator: "Animé par",
    questions: "Questions essentielles",
    axes: "Axes",
    orientations: "Orientations",
    examples: "Par exemple",
    validated: (by: string, day: string) => `Validée par ${by}, le ${day}`,
    sessions: "Rencontres",
    keywords: "Mots qui reviennent",
    milestones: "Calendrier",
    votes: (count: number) => `${count} vote${s(count)}`,
    priority: (rank: number) => `priorité ${rank}`,
    people: (count: number) => `${count} personnes`,
  },
  practice: {
    list: "Bonnes pratiques",
    listLead: "Ce qui a marché quelque part, et peut marcher ailleurs.",
    empty: "Aucune pratique ne correspond.",
    story: "L’histoire",
    lessons: "Ce qu’on en retient",
    replications: "Où elle est reprise",
    through: "par l’appel",
    noReplications: "Personne ne l’a encore reprise, à notre connaissance.",
    similar: "Pratiques proches",
    resources: "Pour aller plus loin",
    actors: "Par qui",
    where: "Où",
  },
  project: { dynamics: "Dynamiques", partners: "Partenaires", orientations: "Répond aux orientations", when: "Quand" },
  common: { themes: "Thèmes", goals: "Objectifs", more: "Voir la suite", text: "Mots", all: "Tous", none: "Rien ici pour l’instant.", total: (count: number) => `${count} au total`, back: "Retour" },
};
