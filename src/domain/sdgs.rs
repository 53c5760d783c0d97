//! The seventeen Sustainable Development Goals.

use super::error::{ViolationCode, Violations};
use super::language::Language;

/// A goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SdgGoal {
    /// 1 to 17.
    pub number: u8,
    fr: &'static str,
    en: &'static str,
    /// Its colour in the United Nations' guidelines, `#RRGGBB`.
    pub color: &'static str,
}

impl SdgGoal {
    /// The United Nations' short title.
    pub fn label(&self, language: Language) -> &'static str {
        match language {
            Language::Fr => self.fr,
            Language::En => self.en,
        }
    }
}

const fn goal(number: u8, color: &'static str, fr: &'static str, en: &'static str) -> SdgGoal {
    SdgGoal { number, fr, en, color }
}

/// All goals in their order.
pub const ALL: [SdgGoal; 17] = [
    goal(1, "#E5243B", "Pas de pauvreté", "No poverty"),
    goal(2, "#DDA63A", "Faim « zéro »", "Zero hunger"),
    goal(3, "#4C9F38", "Bonne santé et bien-être", "Good health and well-being"),
    goal(4, "#C5192D", "Éducation de qualité", "Quality education"),
    goal(5, "#FF3A21", "Égalité entre les sexes", "Gender equality"),
    goal(6, "#26BDE2", "Eau propre et assainissement", "Clean water and sanitation"),
    goal(7, "#FCC30B", "Énergie propre et d’un coût abordable", "Affordable and clean energy"),
    goal(8, "#A21942", "Travail décent et croissance économique", "Decent work and economic growth"),
    goal(9, "#FD6925", "Industrie, innovation et infrastructure", "Industry, innovation and infrastructure"),
    goal(10, "#DD1367", "Inégalités réduites", "Reduced inequalities"),
    goal(11, "#FD9D24", "Villes et communautés durables", "Sustainable cities and communities"),
    goal(12, "#BF8B2E", "Consommation et production responsables", "Responsible consumption and production"),
    goal(13, "#3F7E44", "Mesures relatives à la lutte contre les changements climatiques", "Climate action"),
    goal(14, "#0A97D9", "Vie aquatique", "Life below water"),
    goal(15, "#56C02B", "Vie terrestre", "Life on land"),
    goal(16, "#00689D", "Paix, justice et institutions efficaces", "Peace, justice and strong institutions"),
    goal(17, "#19486A", "Partenariats pour la réalisation des objectifs", "Partnerships for the goals"),
];

/// A goal by its number; `None` outside 1 to 17.
pub fn find(number: u8) -> Option<&'static SdgGoal> {
    ALL.get(usize::from(number).checked_sub(1)?)
}

/// Numbers of a list, each once, in order; those that are no goal are violations.
pub fn parse(path: &str, numbers: &[i32], found: &mut Violations) -> Vec<i16> {
    let mut kept = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        match u8::try_from(*number).ok().and_then(find) {
            Some(goal) => kept.push(i16::from(goal.number)),
            None => found.add(
                format!("{path}[{index}]"),
                ViolationCode::OutOfRange,
                "goals are numbered from 1 to 17",
            ),
        }
    }
    kept.sort_unstable();
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_found_by_its_number_only() {
        assert!((1..=17).all(|number| find(number).is_some_and(|goal| goal.number == number)));
        assert!([0, 18, 255].into_iter().all(|number| find(number).is_none()));
    }

    #[test]
    fn labels_are_in_both_languages() {
        assert_eq!(find(4).map(|goal| goal.label(Language::Fr)), Some("Éducation de qualité"));
        assert_eq!(find(4).map(|goal| goal.label(Language::En)), Some("Quality education"));
    }
}
