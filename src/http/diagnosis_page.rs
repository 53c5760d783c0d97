//! The report of a diagnosis as a page: what a steering committee reads, in French or English.

use std::collections::HashMap;
use std::fmt::{self, Display, Write};

use chrono::NaiveDate;

use super::html::{Day, Month, StyleText, Text};
use crate::app::diagnosis_reports::{
    DiagnosisReport, QUADRANTS, ReportItem, ReportSession, decimal, quadrant,
};
use crate::domain::dates::{DatePrecision, PartialDate};
use crate::domain::diagnoses::DiagnosisAxis;
use crate::domain::ids::{SwotCrossingId, SwotItemId};
use crate::domain::language::Language;
use crate::domain::publication::PublicationStatus;
use crate::domain::swot::Priority;
use crate::domain::workshops::WorkshopFormat;

const STYLE: &str = include_str!("reports.css");
/// Words of the tables that are shown, at most.
const MOST_WORDS: usize = 40;

/// A page in the making.
pub(super) struct Page<'a> {
    /// What it tells.
    pub report: &'a DiagnosisReport,
    /// In which language.
    pub language: Language,
    /// On which day.
    pub today: NaiveDate,
    /// How findings are called: `A1.2` is the second strength (atout) of axis 1.
    codes: HashMap<SwotItemId, String>,
    /// How crossings are called.
    pub crossings: HashMap<SwotCrossingId, usize>,
}

/// Writes the whole page.
pub fn write_page(
    out: &mut String,
    report: &DiagnosisReport,
    language: Language,
    today: NaiveDate,
) -> fmt::Result {
    let codes = report.coded(language).map(|(_, code, found)| (found.item.id, code)).collect();
    let crossings = report.crossings.iter().zip(1..).map(|(crossing, number)| (crossing.id, number));
    let crossings = crossings.collect();
    let page = Page { report, language, today, codes, crossings };
    page.write_head(out)?;
    page.write_title(out)?;
    page.write_orientations_in_brief(out)?;
    page.write_sessions(out)?;
    page.write_axes(out)?;
    page.write_crossings(out)?;
    page.write_orientations(out)?;
    page.write_foot(out)
}

impl Page<'_> {
    /// In the language of the page.
    pub fn say(&self, french: &'static str, english: &'static str) -> &'static str {
        match self.language {
            Language::Fr => french,
            Language::En => english,
        }
    }

    /// A day in the language of the page.
    pub fn day(&self, day: NaiveDate) -> Day {
        Day(day, self.language)
    }

    fn write_head(&self, out: &mut String) -> fmt::Result {
        let diagnosis = &self.report.diagnosis;
        let (code, title) = (self.say("fr", "en"), &diagnosis.title);
        let kind = self.say("Diagnostic partagé", "Shared diagnosis");
        // The running title and the page's number, which a sheet has and a screen has not.
        let running = format!(
            "@page {{ size: A4; margin: 19mm 17mm 18mm; @top-left {{ content: \"{}\"; font: 8pt sans-serif; color: #555; }} @top-right {{ content: \"{}\"; font: 8pt sans-serif; color: #555; }} @bottom-right {{ content: counter(page) \" / \" counter(pages); font: 8pt sans-serif; color: #555; }} }}\n@page :first {{ @top-left {{ content: none; }} @top-right {{ content: none; }} }}",
            StyleText(&shortened(title)),
            StyleText(kind)
        );
        writeln!(
            out,
            "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{STYLE}{running}\n</style>\n</head>\n<body>",
            Text(title)
        )
    }

    fn write_title(&self, out: &mut String) -> fmt::Result {
        let report = self.report;
        let diagnosis = &report.diagnosis;
        writeln!(
            out,
            "<header>\n<p class=\"kind\">{} · {}</p>\n<h1>{}</h1>",
            self.say("Diagnostic partagé", "Shared diagnosis"),
            Text(&report.territory),
            Text(&diagnosis.title)
        )?;
        if diagnosis.publication.status != PublicationStatus::Published {
            let draft = self.say("Document de travail, non publié", "Working document, not published");
            writeln!(out, "<p class=\"draft\">{draft}</p>")?;
        }
        writeln!(out, "<dl class=\"facts\">")?;
        let mut fact = |name: &str, value: &dyn Display| writeln!(out, "<dt>{name}</dt><dd>{value}</dd>");
        fact(self.say("Territoire", "Territory"), &Text(&report.territory))?;
        if let Some(facilitator) = &report.facilitator {
            fact(self.say("Animation", "Facilitator"), &Text(facilitator))?;
        }
        if let Some(started) = diagnosis.started_on {
            fact(self.say("Engagé", "Begun"), &Known(started, self.language))?;
        }
        match diagnosis.closed_on {
            Some(closed) => fact(self.say("Clos", "Closed"), &Since(closed, self.language))?,
            None => fact(
                self.say("État", "State"),
                &self.say(
                    "en cours : ce document peut encore changer",
                    "open: this document may still change",
                ),
            )?,
        }
        writeln!(out, "</dl>")?;
        if !diagnosis.milestones.is_empty() {
            writeln!(out, "<ol class=\"milestones\">")?;
            for milestone in &diagnosis.milestones {
                let (on, title) = (Bare(milestone.on, self.language), Text(&milestone.title));
                writeln!(out, "<li><b>{on}</b> {title}</li>")?;
            }
            writeln!(out, "</ol>")?;
        }
        self.write_figures(out)?;
        if !diagnosis.essential_questions.is_empty() {
            writeln!(out, "<ul class=\"questions\">")?;
            for question in &diagnosis.essential_questions {
                writeln!(out, "<li>{}</li>", Text(question))?;
            }
            writeln!(out, "</ul>")?;
        }
        writeln!(out, "</header>\n<main>")
    }

    fn write_figures(&self, out: &mut String) -> fmt::Result {
        let report = self.report;
        let people: i64 =
            report.sessions.iter().filter_map(|held| held.session.headcount).map(i64::from).sum();
        let items = report.axes.iter().map(|(_, items)| items.len()).sum::<usize>() as i64;
        let figures = [
            (report.sessions.len() as i64, ["séance", "séances"], ["session", "sessions"]),
            (people, ["participation", "participations"], ["attendance", "attendances"]),
            (items, ["constat", "constats"], ["finding", "findings"]),
            (report.crossings.len() as i64, ["croisement", "croisements"], ["crossing", "crossings"]),
            (
                report.orientations.len() as i64,
                ["orientation", "orientations"],
                ["orientation", "orientations"],
            ),
        ];
        let some: Vec<_> = figures.iter().filter(|(count, ..)| *count > 0).collect();
        if some.is_empty() {
            return Ok(());
        }
        writeln!(out, "<ul class=\"figures\">")?;
        for (count, french, english) in some {
            let names = match self.language {
                Language::Fr => french,
                Language::En => english,
            };
            writeln!(out, "<li><strong>{count}</strong> {}</li>", names[usize::from(*count > 1)])?;
        }
        writeln!(out, "</ul>")
    }

    fn write_sessions(&self, out: &mut String) -> fmt::Result {
        if self.report.sessions.is_empty() {
            return Ok(());
        }
        let heads = [
            self.say("Date", "Date"),
            self.say("Séance", "Session"),
            self.say("Organisations présentes", "Organisations"),
            self.say("Pers.", "People"),
        ];
        writeln!(
            out,
            "<section>\n<h2>{}</h2>\n<table>\n<thead><tr><th>{}</th><th class=\"held\">{}</th><th>{}</th><th class=\"count\">{}</th></tr></thead>\n<tbody>",
            self.say("Qui a participé", "Who took part"),
            heads[0],
            heads[1],
            heads[2],
            heads[3]
        )?;
        for held in &self.report.sessions {
            self.write_session(out, held)?;
        }
        writeln!(out, "</tbody>\n</table>")?;
        let words = &self.report.keywords;
        if !words.is_empty() {
            let title = self.say("Les mots laissés par les tables", "The words that the tables left");
            writeln!(out, "<h3>{title}</h3>\n<p class=\"words\">")?;
            for word in words.iter().take(MOST_WORDS) {
                let times = if word.count > 1 { format!(" × {}", word.count) } else { String::new() };
                write!(out, "<span>{}{times}</span> ", Text(&word.keyword))?;
            }
            writeln!(out, "</p>")?;
            if let Some(more) = words.len().checked_sub(MOST_WORDS).filter(|more| *more > 0) {
                writeln!(out, "<p class=\"soft\">{}</p>", self.more(more))?;
            }
        }
        writeln!(out, "</section>")
    }

    fn more(&self, more: usize) -> String {
        match self.language {
            Language::Fr => format!("et {more} de plus"),
            Language::En => format!("and {more} more"),
        }
    }

    fn write_session(&self, out: &mut String, held: &ReportSession) -> fmt::Result {
        let session = &held.session;
        let format = match session.format {
            WorkshopFormat::WorkingGroup => self.say("groupe de travail", "working group"),
            WorkshopFormat::WorldCafe => self.say("world café", "World Café"),
            WorkshopFormat::Marathon => "marathon",
            WorkshopFormat::Seminar => self.say("séminaire", "seminar"),
            WorkshopFormat::SteeringCommittee => self.say("comité de pilotage", "steering committee"),
            WorkshopFormat::Interview => self.say("entretiens", "interviews"),
            WorkshopFormat::Survey => self.say("enquête", "survey"),
            WorkshopFormat::Other => self.say("autre format", "other format"),
        };
        let mut notes = vec![format.to_owned()];
        let axis = self.report.axes.iter().find(|(axis, _)| Some(axis.id) == session.axis);
        notes.extend(axis.map(|(axis, _)| format!("{} {}", self.say("axe", "axis"), axis.number)));
        notes.extend(session.place.as_ref().map(|place| Text(place).to_string()));
        write!(out, "<tr><td class=\"day\">{}", Bare(session.held(), self.language))?;
        if let Some(ended) = session.ended_on.filter(|ended| *ended != session.held_on) {
            write!(out, "<br>{} {}", self.say("au", "to"), self.day(ended))?;
        }
        let people = session.headcount.map_or_else(|| "–".to_owned(), |people| people.to_string());
        writeln!(
            out,
            "</td><td>{}<br><span class=\"soft\">{}</span></td><td>{}</td><td class=\"count\">{people}</td></tr>",
            Text(&session.title),
            notes.join(" · "),
            Text(&held.attendance.join(", "))
        )
    }

    fn write_axes(&self, out: &mut String) -> fmt::Result {
        let title = self.say("Les constats, axe par axe", "The findings, axis by axis");
        writeln!(out, "<section>\n<h2>{title}</h2>")?;
        if self.report.axes.iter().any(|(_, items)| items.iter().any(|found| found.priority.votes > 0)) {
            let legend = self.say(
                "Les constats sont rangés par priorité : leur importance multipliée par la capacité d’agir des participants, chacune votée de 1 à 5.",
                "Findings stand by priority: their importance times the participants’ capacity to act, each voted from 1 to 5.",
            );
            writeln!(out, "<p class=\"soft lead\">{legend}</p>")?;
        }
        for (axis, items) in &self.report.axes {
            self.write_axis(out, axis, items)?;
        }
        writeln!(out, "</section>")
    }

    fn write_axis(&self, out: &mut String, axis: &DiagnosisAxis, items: &[ReportItem]) -> fmt::Result {
        writeln!(
            out,
            "<section class=\"axis\">\n<h3>{} {}. {}</h3>",
            self.say("Axe", "Axis"),
            axis.number,
            Text(&axis.title)
        )?;
        if items.is_empty() {
            let nothing = self.say("Aucun constat n’est encore noté.", "No finding is noted yet.");
            return writeln!(out, "<p class=\"soft\">{nothing}</p>\n</section>");
        }
        writeln!(out, "<div class=\"swot\">")?;
        for of in QUADRANTS {
            let mut found = items.iter().filter(|found| found.item.quadrant == of).peekable();
            writeln!(out, "<section>\n<h4>{}</h4>", quadrant(of, self.language).1)?;
            if found.peek().is_none() {
                writeln!(out, "<p class=\"soft\">–</p>")?;
            } else {
                writeln!(out, "<ul>")?;
                for told in found {
                    let code = self.codes.get(&told.item.id).map_or("", String::as_str);
                    writeln!(
                        out,
                        "<li><span class=\"code\">{code}</span><span>{}{}</span></li>",
                        Text(&told.item.text),
                        self.votes(&told.priority)
                    )?;
                }
                writeln!(out, "</ul>")?;
            }
            writeln!(out, "</section>")?;
        }
        writeln!(out, "</div>\n</section>")
    }

    fn votes(&self, priority: &Priority) -> String {
        let (Some(importance), Some(capacity)) = (priority.importance, priority.capacity) else {
            return self.few_votes(priority.votes);
        };
        let (importance, capacity) = (decimal(importance, self.language), decimal(capacity, self.language));
        let votes = priority.votes;
        let plural = if votes > 1 { "s" } else { "" };
        let rank = priority.rank.map_or_else(String::new, |rank| match self.language {
            Language::Fr => format!("priorité {rank} · "),
            Language::En => format!("priority {rank} · "),
        });
        let told = match self.language {
            Language::Fr => format!("importance {importance}, capacité {capacity} · {votes} vote{plural}"),
            Language::En => format!("importance {importance}, capacity {capacity} · {votes} vote{plural}"),
        };
        format!("<span class=\"votes\">{rank}{told}</span>")
    }

    /// That votes are not told yet, where there are some.
    fn few_votes(&self, votes: i64) -> String {
        if votes == 0 {
            return String::new();
        }
        let plural = if votes > 1 { "s" } else { "" };
        let why = self.say("priorité dite à partir de 3", "priority told from 3 on");
        format!("<span class=\"votes\">{votes} vote{plural} · {why}</span>")
    }

    fn write_crossings(&self, out: &mut String) -> fmt::Result {
        if self.report.crossings.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<section>\n<h2>{}</h2>\n<table>\n<thead><tr><th>N°</th><th>{}</th><th>{}</th><th>{}</th></tr></thead>\n<tbody>",
            self.say("Les croisements", "The crossings"),
            self.say("Dans le territoire", "Within"),
            self.say("Autour de lui", "Without"),
            self.say("Ce qu’ils disent ensemble", "What they say together")
        )?;
        let texts: HashMap<_, _> = self
            .report
            .axes
            .iter()
            .flat_map(|(_, items)| items)
            .map(|found| (found.item.id, found.item.text.as_str()))
            .collect();
        for crossing in &self.report.crossings {
            let of = |id| {
                let code = self.codes.get(&id).map_or("", String::as_str);
                let text = texts.get(&id).copied().unwrap_or_default();
                format!("<span class=\"code\">{code}</span> {}", Text(&shortened(text)))
            };
            let number = self.crossings.get(&crossing.id).copied().unwrap_or_default();
            writeln!(
                out,
                "<tr><td class=\"code\">C{number}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                of(crossing.internal),
                of(crossing.external),
                Text(&crossing.insight)
            )?;
        }
        writeln!(out, "</tbody>\n</table>\n</section>")
    }

    fn write_foot(&self, out: &mut String) -> fmt::Result {
        let read = self.say("État au", "As of");
        let licence = self.say(
            "Document issu de Maillage, logiciel libre (AGPL-3.0-or-later). Ce que le diagnostic dit appartient à celles et ceux qui l’ont fait ; noms et codes des territoires : Insee/DGCL, IGN, ANCT, Licence Ouverte 2.0.",
            "Made with Maillage, free software (AGPL-3.0-or-later). What the diagnosis says belongs to those who made it; names and codes of territories: Insee/DGCL, IGN, ANCT, Licence Ouverte 2.0.",
        );
        writeln!(
            out,
            "</main>\n<footer>{read} {}. {licence}</footer>\n</body>\n</html>",
            self.day(self.today)
        )
    }
}

/// A text of a line's length.
fn shortened(text: &str) -> String {
    const MOST: usize = 110;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A date as far as it is known.
struct Bare(PartialDate, Language);

impl Display for Bare {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(known, language) = self;
        match known.precision {
            DatePrecision::Year => write!(out, "{}", known.date.format("%Y")),
            DatePrecision::Month => Month(known.date, *language).fmt(out),
            DatePrecision::Day => Day(known.date, *language).fmt(out),
        }
    }
}

/// The same, as it stands in a sentence.
struct Known(PartialDate, Language);

impl Display for Known {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(known, language) = self;
        let before = match (known.precision, language) {
            (DatePrecision::Year | DatePrecision::Month, Language::Fr) => "en ",
            (DatePrecision::Day, Language::Fr) => "le ",
            (_, Language::En) => "",
        };
        write!(out, "{before}{}", Bare(*known, *language))
    }
}

/// A day since which something holds.
struct Since(NaiveDate, Language);

impl Display for Since {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            Language::Fr => write!(out, "le {}", Day(self.0, self.1)),
            Language::En => Day(self.0, self.1).fmt(out),
        }
    }
}
