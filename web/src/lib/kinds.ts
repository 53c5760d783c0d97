// Kinds and how they look: sixteen kinds of actors in eight families, told apart by colour and by sign, since eight
// colours are as many as people who see colours otherwise tell from each other.

import type { ActorKind, InteractionKind } from "../api/generated.ts";

export type Family = "civic" | "authority" | "state" | "school" | "health" | "social" | "company" | "other";

const FAMILY: Record<ActorKind, Family> = {
  ASSOCIATION: "civic",
  FOUNDATION: "civic",
  NETWORK: "civic",
  INFORMAL_GROUP: "civic",
  RESIDENT_GROUP: "civic",
  LOCAL_AUTHORITY: "authority",
  STATE_SERVICE: "state",
  PUBLIC_BODY: "state",
  FAMILY_ALLOWANCE_FUND: "state",
  SCHOOL: "school",
  RESEARCH_BODY: "school",
  HEALTH_BODY: "health",
  SOCIAL_CENTRE: "social",
  COMPANY: "company",
  COOPERATIVE: "company",
  OTHER: "other",
};

export const ACTOR_KINDS = Object.keys(FAMILY) as ActorKind[];
export const FAMILIES: Family[] = ["civic", "authority", "state", "school", "health", "social", "company", "other"];
export const familyOf = (kind: ActorKind): Family => FAMILY[kind];

/** Colours of families: those of Okabe and Ito (2008), darkened until white signs on them have a contrast of 4.5. */
export const FAMILY_COLOR: Record<Family, string> = {
  civic: "#0067a3",
  authority: "#b44a00",
  state: "#5f3d94",
  school: "#8a6100",
  health: "#b03a78",
  social: "#007a58",
  company: "#75492c",
  other: "#59636b",
};

/** Signs, in a box of 24 by 24. */
export const FAMILY_SIGN: Record<Family, string> = {
  civic: "M8.5 5a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2Zm7 0a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2ZM3.5 18c0-4 2-6.4 5-6.4 1.5 0 2.7.6 3.5 1.6C12.8 12.2 14 11.6 15.5 11.6c3 0 5 2.4 5 6.4Z",
  authority: "M12 3.5 21 9H3Zm-6.5 7h2.4v6H5.5Zm5.3 0h2.4v6h-2.4Zm5.3 0h2.4v6h-2.4ZM3.5 17.8h17V20.2h-17Z",
  state: "M5.5 3.5h2v17h-2Zm3 1h11l-2.8 4.2 2.8 4.3h-11Z",
  school: "M12 4.5 22.5 9.5 12 14.5 1.5 9.5ZM6 13.2l6 2.9 6-2.9v3.8c-1.5 1.7-3.5 2.5-6 2.5s-4.5-.8-6-2.5Z",
  health: "M9.5 4h5v5.5H20v5h-5.5V20h-5v-5.5H4v-5h5.5Z",
  social: "M12 3.5 21.5 12H19v8.5h-5.2v-5h-3.6v5H5V12H2.5Z",
  company: "M9 4h6a1.5 1.5 0 0 1 1.5 1.5V8H21v4.5H3V8h4.5V5.5A1.5 1.5 0 0 1 9 4Zm.5 2v2h5V6ZM3 14h7v1.5h4V14h7v6H3Z",
  other: "M12 7.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z",
};

export type LinkFamily = "money" | "together" | "belonging" | "service" | "knowing" | "tension" | "several";

const LINK_FAMILY: Record<InteractionKind, LinkFamily> = {
  FUNDING: "money",
  PARTNERSHIP: "together",
  CO_DESIGN: "together",
  COORDINATION: "together",
  MEMBERSHIP: "belonging",
  GOVERNANCE: "belonging",
  SERVICE_DELIVERY: "service",
  SUPPORT: "service",
  RESOURCE_SHARING: "service",
  REFERRAL: "service",
  INFORMATION_SHARING: "knowing",
  TENSION: "tension",
  OTHER: "several",
};

export const INTERACTION_KINDS = Object.keys(LINK_FAMILY) as InteractionKind[];
export const LINK_FAMILIES: LinkFamily[] = ["money", "together", "belonging", "service", "knowing", "tension", "several"];
export const linkFamilyOf = (kind: InteractionKind | undefined): LinkFamily => (kind ? LINK_FAMILY[kind] : "several");

/** Colours of links on a light and on a dark ground; dashes tell them apart without colours. */
export const LINK_LOOK: Record<LinkFamily, { light: string; dark: string; dash: number[] | null }> = {
  money: { light: "#b07600", dark: "#f0b93a", dash: null },
  together: { light: "#0067a3", dark: "#6cbcf0", dash: null },
  belonging: { light: "#7a5aa8", dark: "#b9a3e3", dash: [1, 1.6] },
  service: { light: "#007a58", dark: "#4fcba4", dash: [5, 1.5] },
  knowing: { light: "#4b7f8c", dark: "#8cc3cf", dash: [2, 2] },
  tension: { light: "#c0272d", dark: "#ff7a7a", dash: [3, 1, 1, 1] },
  several: { light: "#6b747b", dark: "#a6b1b8", dash: null },
};
/** A link's colour where CSS paints it: by day on paper, whatever the screen was. */
export const strokeOf = (family: LinkFamily): string => `light-dark(${LINK_LOOK[family].light}, ${LINK_LOOK[family].dark})`;
