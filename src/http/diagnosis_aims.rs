//! The report of a diagnosis, continued: where it leads, what is proposed of that, and how it is measured.

use std::fmt::{self, Write};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::diagnosis_page::Page;
use super::html::Text;
use crate::app::diagnosis_reports::{ReportOrientation, grouped};
use crate::domain::ids::SwotCrossingId;
use crate::domain::indicators::{Indicator, IndicatorResult};
use crate::domain::language::Language;
use crate::domain::orientations::{OrientationText, Validation};

impl Page<'_> {
    /// The orientations by their titles, for those who read one page.
    pub fn write_orientations_in_brief(&self, out: &mut String) -> fmt::Result {
        if self.report.orientations.is_empty() {
            return Ok(());
        }
        let title = self.say("Les orientations en bref", "The orientations in brief");
        writeln!(out, "<section>\n<h2>{title}</h2>")?;
        writeln!(out, "<ol class=\"brief\">")?;
        for told in &self.report.orientations {
            let text = &told.orientation.text;
            write!(out, "<li><span class=\"number\">{}</span><span>{}", text.number, Text(&text.title))?;
            let mark = if told.orientation.validation.is_none() {
                Some(self.say("proposée", "proposed"))
            } else {
                let amended = self.say("modification proposée", "change proposed");
                told.orientation.amendment.as_ref().map(|_| amended)
            };
            if let Some(mark) = mark {
                write!(out, " <span class=\"proposed\">({mark})</span>")?;
            }
            writeln!(out, "</span></li>")?;
        }
        writeln!(out, "</ol>")?;
        // Where all were validated at once, that is said once.
        let mut all = self.report.orientations.iter().map(|told| told.orientation.validation.as_ref());
        if let Some(Some(first)) = all.next()
            && all.all(|other| other.is_some_and(|other| (&other.by, other.on) == (&first.by, first.on)))
        {
            let many = self.report.orientations.len() > 1;
            writeln!(out, "<p class=\"stamp\">{}</p>", self.validated(first, many))?;
        }
        writeln!(out, "</section>")
    }

    /// Who validated one or several, and when. Who it was is written as it was given, so that no article is put before it.
    fn validated(&self, validation: &Validation, many: bool) -> String {
        let (by, on) = (Text(&validation.by), self.day(validation.on));
        match self.language {
            Language::Fr => format!("Validée{} : {by}, le {on}", if many { "s" } else { "" }),
            Language::En => format!("Validated: {by}, {on}"),
        }
    }

    /// The orientations with all that is said of them.
    pub fn write_orientations(&self, out: &mut String) -> fmt::Result {
        if self.report.orientations.is_empty() {
            return Ok(());
        }
        let title = self.say("Les orientations", "The orientations");
        writeln!(out, "<section>\n<h2>{title}</h2>")?;
        for told in &self.report.orientations {
            self.write_orientation(out, told)?;
        }
        writeln!(out, "</section>")
    }

    fn write_orientation(&self, out: &mut String, told: &ReportOrientation) -> fmt::Result {
        let text = &told.orientation.text;
        writeln!(out, "<section class=\"orientation\">\n<h3>{}. {}</h3>", text.number, Text(&text.title))?;
        if let Some(validation) = &told.orientation.validation {
            writeln!(out, "<p class=\"stamp\">{}</p>", self.validated(validation, false))?;
        } else {
            let proposed = self.say("Proposée, à valider", "Proposed, to be validated");
            writeln!(out, "<p class=\"stamp proposed\">{proposed}</p>")?;
        }
        write_rationale(out, text)?;
        self.write_based_on(out, text)?;
        write_list(out, self.actions(), &text.example_actions, false)?;
        if let Some(amendment) = &told.orientation.amendment {
            self.write_amendment(out, text, amendment)?;
        }
        let served = self.say("Projets qui la servent", "Projects that serve it");
        write_list(out, served, &told.projects, told.more_projects)?;
        self.write_indicators(out, told)?;
        writeln!(out, "</section>")
    }

    fn actions(&self) -> &'static str {
        self.say("Exemples d’actions", "Example actions")
    }

    fn write_based_on(&self, out: &mut String, text: &OrientationText) -> fmt::Result {
        let numbers = self.numbers(&text.based_on);
        if numbers.is_empty() {
            return Ok(());
        }
        let based = if text.based_on.len() > 1 {
            self.say("Fondée sur les croisements", "Based on the crossings")
        } else {
            self.say("Fondée sur le croisement", "Based on the crossing")
        };
        writeln!(out, "<p class=\"soft\">{based} {numbers}</p>")
    }

    /// How these crossings are called, in order.
    fn numbers(&self, of: &[SwotCrossingId]) -> String {
        let mut numbers: Vec<_> = of.iter().filter_map(|id| self.crossings.get(id)).collect();
        numbers.sort_unstable();
        numbers.iter().map(|number| format!("C{number}")).collect::<Vec<_>>().join(", ")
    }

    /// What is proposed of a validated one, as far as it would be another: what a committee is to validate.
    fn write_amendment(
        &self,
        out: &mut String,
        text: &OrientationText,
        proposed: &OrientationText,
    ) -> fmt::Result {
        let head = self.say("Modification proposée", "Proposed change");
        writeln!(out, "<section class=\"amendment\">")?;
        write!(out, "<p class=\"stamp proposed\">{head} : ")?;
        if (proposed.number, &proposed.title) == (text.number, &text.title) {
            writeln!(out, "{}</p>", self.say("à valider", "to be validated"))?;
        } else {
            writeln!(out, "{}. {}</p>", proposed.number, Text(&proposed.title))?;
        }
        let gone = |what| format!("<p class=\"soft\">{} {what}</p>", self.say("Sans", "Without"));
        if proposed.rationale != text.rationale {
            match proposed.rationale {
                Some(_) => write_rationale(out, proposed)?,
                None => writeln!(out, "{}", gone(self.say("justification", "a rationale")))?,
            }
        }
        if proposed.based_on != text.based_on {
            if proposed.based_on.is_empty() {
                writeln!(out, "{}", gone(self.say("croisement", "a crossing")))?;
            } else {
                self.write_based_on(out, proposed)?;
            }
        }
        if proposed.example_actions != text.example_actions {
            if proposed.example_actions.is_empty() {
                writeln!(out, "{}", gone(self.say("exemple d’action", "example actions")))?;
            } else {
                write_list(out, self.actions(), &proposed.example_actions, false)?;
            }
        }
        writeln!(out, "</section>")
    }

    fn write_indicators(&self, out: &mut String, told: &ReportOrientation) -> fmt::Result {
        if told.indicators.is_empty() {
            return Ok(());
        }
        let head = self.say("Indicateurs", "Indicators");
        let what = self.say("Ce qui est mesuré", "What is measured");
        writeln!(out, "<h4>{head}</h4>\n<table>\n<thead><tr><th>{what}</th>")?;
        for (french, english) in
            [("Départ", "From"), ("Cible", "To"), ("Dernier relevé", "Newest"), ("Avancement", "Progress")]
        {
            write!(out, "<th class=\"count\">{}</th>", self.say(french, english))?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for (indicator, newest) in &told.indicators {
            let less = self.say(", ↓ moins vaut mieux", ", ↓ less is better");
            writeln!(
                out,
                "<tr><td>{} <span class=\"soft\">({}{})</span></td><td class=\"count\">{}</td><td class=\"count\">{}</td><td class=\"count\">{}</td><td class=\"count\">{}</td></tr>",
                Text(&indicator.name),
                Text(&indicator.unit),
                if indicator.higher_is_better { "" } else { less },
                self.measured(indicator.baseline.map(|value| (value, indicator.baseline_on))),
                self.measured(indicator.target.map(|value| (value, indicator.target_on))),
                self.measured(newest.as_ref().map(|result| (result.value, Some(result.on)))),
                self.progress(indicator, newest.as_ref())
            )?;
        }
        writeln!(out, "</tbody>\n</table>")
    }

    fn measured(&self, value: Option<(Decimal, Option<NaiveDate>)>) -> String {
        let Some((value, on)) = value else { return "–".to_owned() };
        let number = grouped(value, self.language);
        match on {
            Some(on) => format!("{number}<br><span class=\"soft\">{}</span>", self.day(on)),
            None => number,
        }
    }

    /// Whether it is reached, else how far it is, and whether it is late.
    fn progress(&self, indicator: &Indicator, newest: Option<&IndicatorResult>) -> String {
        let value = newest.map(|result| result.value);
        if value.and_then(|value| indicator.reaches(value)) == Some(true) {
            return self.say("atteint", "reached").to_owned();
        }
        let share = value.and_then(|value| indicator.progress(value));
        let percent = share.and_then(|share| (share * 100.0).round().to_i64());
        // The space before the sign is French, and does not break.
        let percent = percent.map(|percent| format!("{percent}{}%", self.say("\u{a0}", "")));
        let late = indicator.late(value, self.today);
        let late = late.then(|| format!("<strong>{}</strong>", self.say("en retard", "late")));
        match (percent, late) {
            (None, None) => "–".to_owned(),
            (percent, late) => percent.into_iter().chain(late).collect::<Vec<_>>().join("<br>"),
        }
    }
}

fn write_rationale(out: &mut String, text: &OrientationText) -> fmt::Result {
    let lines = text.rationale.iter().flat_map(|rationale| rationale.split('\n'));
    for paragraph in lines.filter(|line| !line.trim().is_empty()) {
        writeln!(out, "<p>{}</p>", Text(paragraph.trim()))?;
    }
    Ok(())
}

fn write_list(out: &mut String, title: &str, entries: &[String], more: bool) -> fmt::Result {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h4>{title}</h4>\n<ul>")?;
    for entry in entries {
        writeln!(out, "<li>{}</li>", Text(entry))?;
    }
    if more {
        writeln!(out, "<li>…</li>")?;
    }
    writeln!(out, "</ul>")
}
