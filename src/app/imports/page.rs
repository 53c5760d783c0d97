//! The report as a page that a clerk understands: one file, in French, without scripts or other hosts.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Europe::Paris;

use super::advice::advice;
use super::report::{EXAMPLES, FileCounts, Outcome, Report};
use crate::ingest::{Kind, Problem, Severity};

const STYLE: &str = include_str!("page.css");
const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

impl Report {
    /// The report as a page of HTML that stands alone.
    pub fn page(&self) -> String {
        let mut page = String::new();
        // A string takes everything.
        let _ = self.write_page(&mut page);
        page
    }

    fn write_page(&self, out: &mut String) -> fmt::Result {
        head(out)?;
        let what = self.kind.map_or("fiches", kind_word);
        writeln!(out, "<header><h1>Rapport d’import : {what}</h1>")?;
        writeln!(out, "<p class=\"when\">{}</p></header>\n<main>", Day(self.at))?;
        self.write_state(out)?;
        self.write_files(out)?;
        self.write_problems(out)?;
        self.write_rules(out)?;
        writeln!(out, "</main>\n</body>\n</html>")
    }

    fn write_state(&self, out: &mut String) -> fmt::Result {
        if self.failed {
            writeln!(
                out,
                "<div class=\"state failed\"><strong>Rien n’a été importé.</strong> Un fichier n’a pas pu être lu en entier :<ul>"
            )?;
            for (file, problem) in &self.causes {
                let (title, cure) =
                    advice(problem.code).map_or((problem.code, ""), |a| (a.title.as_str(), a.cure.as_str()));
                let place = problem.line.map(|line| format!(", ligne {}", Count(line))).unwrap_or_default();
                let name = Text(file_name(&self.files[*file]));
                writeln!(
                    out,
                    "<li><strong>{name}{place} : {}.</strong> {} <span lang=\"en\" class=\"code\">{}</span></li>",
                    Text(title),
                    Text(cure),
                    Text(&problem.message)
                )?;
            }
            return writeln!(out, "</ul></div>");
        }
        let (class, state) = if self.dry_run {
            ("dry", "C’était un essai : rien n’a été écrit. Voici ce que l’import ferait.")
        } else {
            ("done", "L’import est fait.")
        };
        let left = self.count(Outcome::Refuse);
        let left = match left {
            0 => "Aucune ligne n’a été écartée.".to_owned(),
            1 => "1 ligne a été écartée.".to_owned(),
            _ => format!("{} lignes ont été écartées.", Count(left)),
        };
        writeln!(out, "<p class=\"state {class}\"><strong>{state}</strong> {left}</p>")
    }

    fn write_files(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<h2>Les fichiers</h2>\n<div class=\"scroll\"><table>")?;
        let caption = if self.failed {
            "Ce qui avait été lu avant l’arrêt ; rien n’en a été gardé"
        } else if self.dry_run {
            "Ce que deviendraient les lignes de chaque fichier"
        } else {
            "Ce que sont devenues les lignes de chaque fichier"
        };
        let heads =
            ["Lignes lues", "Créées", "Mises à jour", "Inchangées", "Écartées", "Répétées", "Corrigées"];
        writeln!(out, "<caption>{caption}</caption>\n<thead><tr><th scope=\"col\">Fichier</th>")?;
        for head in heads {
            write!(out, "<th scope=\"col\" class=\"n\">{head}</th>")?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        for (file, counts) in self.files.iter().zip(&self.by_file) {
            row_of_counts(out, file_name(file), &numbers(counts))?;
        }
        writeln!(out, "</tbody>")?;
        if self.files.len() > 1 {
            let mut sums = [0; 7];
            for counts in &self.by_file {
                sums.iter_mut().zip(numbers(counts)).for_each(|(sum, number)| *sum += number);
            }
            writeln!(out, "<tfoot>")?;
            row_of_counts(out, "Ensemble", &sums)?;
            writeln!(out, "</tfoot>")?;
        }
        writeln!(out, "</table></div>")?;
        writeln!(
            out,
            "<p class=\"code\">Répétées : lignes identiques à une autre, ou de même référence. Corrigées : par le fichier des corrections.</p>"
        )?;
        if self.unused_overrides > 0 {
            let unused = Count(self.unused_overrides as u64);
            writeln!(out, "<p>Corrections qui n’ont trouvé aucune fiche : {unused}.</p>")?;
        }
        Ok(())
    }

    fn write_problems(&self, out: &mut String) -> fmt::Result {
        writeln!(out, "<h2>Ce qui est à voir</h2>")?;
        let mut kinds: Vec<_> =
            self.counts.iter().map(|((severity, code), count)| (*severity, *code, *count)).collect();
        if kinds.is_empty() {
            return writeln!(out, "<p>Rien : tout a été lu comme il faut.</p>");
        }
        kinds.sort_by_key(|(severity, code, count)| (std::cmp::Reverse((*severity, *count)), *code));
        writeln!(
            out,
            "<div class=\"scroll\"><table>\n<caption>Du plus grave au plus léger</caption>\n<thead><tr><th scope=\"col\">Gravité</th><th scope=\"col\">Sujet</th><th scope=\"col\" class=\"n\">Nombre</th></tr></thead>\n<tbody>"
        )?;
        for (severity, code, count) in &kinds {
            let title = advice(code).map_or(*code, |advice| &advice.title);
            writeln!(
                out,
                "<tr><td>{}</td><th scope=\"row\"><a href=\"#{}-{code}\">{}</a></th><td class=\"n\">{}</td></tr>",
                Badge(*severity),
                severity.as_str(),
                Text(title),
                Count(*count)
            )?;
        }
        writeln!(out, "</tbody></table></div>")?;
        writeln!(
            out,
            "<p class=\"code\">Erreur : la ligne ou le fichier est écarté. Avertissement : une valeur est écartée ou devinée, la ligne reste. Note : rien n’est perdu.</p>"
        )?;
        let mut examples: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (file, problem) in &self.problems {
            examples.entry((problem.severity, problem.code)).or_default().push((*file, problem));
        }
        for (severity, code, count) in kinds {
            let examples = examples.remove(&(severity, code)).unwrap_or_default();
            self.write_kind(out, (severity, code, count), &examples)?;
        }
        Ok(())
    }

    /// One kind of problem, with its first examples.
    fn write_kind(
        &self,
        out: &mut String,
        (severity, code, count): (Severity, &str, u64),
        examples: &[(usize, &Problem)],
    ) -> fmt::Result {
        let word = severity.as_str();
        writeln!(out, "<section class=\"kind {word}\" id=\"{word}-{code}\">")?;
        let said = advice(code);
        let title = said.map_or(code, |advice| &advice.title);
        writeln!(
            out,
            "<h3>{} {} <span class=\"code\">× {}</span></h3>",
            Badge(severity),
            Text(title),
            Count(count)
        )?;
        if let Some(said) = said {
            writeln!(
                out,
                "<p>{}</p>\n<p><strong>Que faire :</strong> {}</p>",
                Text(&said.means),
                Text(&said.cure)
            )?;
        }
        let caption = match (count, examples.len()) {
            (1, _) => "Où".to_owned(),
            (count, shown) if shown as u64 == count => format!("Où, les {}", Count(count)),
            (count, _) => format!("Où, les {EXAMPLES} premiers sur {}", Count(count)),
        };
        // A long list is folded away on the screen, but for the first of it.
        let (several, shown) = (self.files.len() > 1, examples.len());
        table_of_examples(out, &caption, &examples[..shown.min(FEW)], several.then_some(&self.files))?;
        if shown > FEW {
            writeln!(out, "<details><summary>{} de plus</summary>", shown - FEW)?;
            table_of_examples(out, "Suite", &examples[FEW..], several.then_some(&self.files))?;
            writeln!(out, "</details>")?;
        }
        writeln!(out, "<p class=\"code\">code : {code}</p>\n</section>")
    }

    fn write_rules(&self, out: &mut String) -> fmt::Result {
        if self.rules.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "<h2>Les règles de correspondance</h2>\n<table>\n<caption>Dans combien de fiches chaque règle a posé quelque chose</caption>\n<thead><tr><th scope=\"col\">Règle</th><th scope=\"col\" class=\"n\">Fiches</th></tr></thead>\n<tbody>"
        )?;
        for (rule, count) in &self.rules {
            writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td></tr>",
                Text(rule),
                Count(*count)
            )?;
        }
        writeln!(out, "</tbody></table>")
    }
}

/// The page of an import that did not come to its end, with why.
pub fn page_of_interruption(why: &str) -> String {
    let mut page = String::new();
    let _ = head(&mut page);
    let _ = write!(
        page,
        "<main><h1>Rapport d’import</h1>\n<div class=\"state failed\"><strong>Rien n’a été importé.</strong> L’import s’est interrompu. \
         Recommencez ; si cela se répète, montrez cette page à qui tient le service. <p class=\"code\" lang=\"en\">{}</p></div></main>\n</body>\n</html>\n",
        Text(why)
    );
    page
}

/// How many examples of a kind are shown at first.
const FEW: usize = 8;

fn head(out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Rapport d’import – Maillage</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>"
    )
}

fn table_of_examples(
    out: &mut String,
    caption: &str,
    examples: &[(usize, &Problem)],
    files: Option<&Vec<String>>,
) -> fmt::Result {
    let any = |has: fn(&Problem) -> bool| examples.iter().any(|(_, problem)| has(problem));
    let (lines, columns, values) =
        (any(|p| p.line.is_some()), any(|p| p.column.is_some()), any(|p| p.value.is_some()));
    write!(out, "<div class=\"scroll\"><table>\n<caption>{caption}</caption>\n<thead><tr>")?;
    let heads = [(files.is_some(), "Fichier"), (lines, "Ligne"), (columns, "Colonne"), (values, "Valeur")];
    for (_, head) in heads.iter().filter(|(is_there, _)| *is_there) {
        let class = if *head == "Ligne" { " class=\"n\"" } else { "" };
        write!(out, "<th scope=\"col\"{class}>{head}</th>")?;
    }
    writeln!(out, "<th scope=\"col\">Détail (en anglais)</th></tr></thead>\n<tbody>")?;
    for (file, problem) in examples {
        write!(out, "<tr>")?;
        if let Some(files) = files {
            write!(out, "<td>{}</td>", Text(file_name(&files[*file])))?;
        }
        if lines {
            // Without blanks: it is looked up in a spreadsheet.
            let line = problem.line.map(|line| line.to_string()).unwrap_or_default();
            write!(out, "<td class=\"n\">{line}</td>")?;
        }
        if columns {
            write!(out, "<td>{}</td>", Text(problem.column.as_deref().unwrap_or_default()))?;
        }
        if values {
            write!(out, "<td class=\"value\">{}</td>", Text(problem.value.as_deref().unwrap_or_default()))?;
        }
        writeln!(out, "<td class=\"detail\" lang=\"en\">{}</td></tr>", Text(&problem.message))?;
    }
    writeln!(out, "</tbody></table></div>")
}

fn row_of_counts(out: &mut String, name: &str, numbers: &[u64]) -> fmt::Result {
    write!(out, "<tr><th scope=\"row\">{}</th>", Text(name))?;
    for number in numbers {
        write!(out, "<td class=\"n\">{}</td>", Count(*number))?;
    }
    writeln!(out, "</tr>")
}

fn numbers(counts: &FileCounts) -> [u64; 7] {
    let [create, update, same, refuse] = [Outcome::Create, Outcome::Update, Outcome::Same, Outcome::Refuse]
        .map(|outcome| counts.count(outcome));
    // A file of entries by hand has no rows of its own.
    let rows = if counts.rows == 0 { create + update + same } else { counts.rows };
    [rows, create, update, same, refuse, counts.repeats, counts.corrected]
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Territories => "territoires",
        Kind::Actors => "acteurs",
        Kind::Interactions => "liens",
        Kind::Calls | Kind::Tracks => "appels et aides",
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A text of a file, harmless in HTML.
struct Text<'a>(&'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// A number with narrow blanks between thousands.
struct Count(u64);

impl Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_char('\u{202f}')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

struct Badge(Severity);

impl Display for Badge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.0 {
            Severity::Error => "Erreur",
            Severity::Warning => "Avertissement",
            Severity::Note => "Note",
        };
        write!(f, "<span class=\"badge {}\">{word}</span>", self.0.as_str())
    }
}

/// A day and an hour in France.
struct Day(DateTime<Utc>);

impl Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.0.with_timezone(&Paris);
        let day = if at.day() == 1 { "1er".to_owned() } else { at.day().to_string() };
        write!(f, "{day} {} {} à {}", MONTHS[at.month0() as usize], at.year(), at.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn report(problems: Vec<Problem>) -> Report {
        let mut report = Report::new(None).expect("there is no sheet");
        let file = report.file(Path::new("/tmp/<b>.csv"));
        for problem in problems {
            report.problem(file, problem);
        }
        report
    }

    #[test]
    fn what_files_say_is_text_and_never_markup() {
        let evil = "<script>alert(\"1\")</script>'";
        let problem = Problem::warning("date", evil).at(2).in_column(evil).quoting(evil);
        let mut report = report(vec![problem.clone()]);
        report.rules.insert(evil.to_owned(), 1);
        report.fail(0, vec![Problem::error("truncated", evil)]);
        let pages = [report.page(), page_of_interruption(evil)];
        for page in pages {
            assert!(
                !page.contains("<script") && !page.contains("<b>") && page.contains("&lt;script&gt;"),
                "{page}"
            );
            assert!(!page.contains("http:") && !page.contains("https:"), "no other host");
        }
    }

    #[test]
    fn kinds_of_problems_come_worst_first_with_what_to_do_and_their_first_examples() {
        let dates = (0..1234).map(|line| Problem::warning("date", "no date").at(line + 2));
        let page = report(dates.chain([Problem::error("ragged-row", "3 cells").at(9)]).collect()).page();
        let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
        assert!(place("id=\"error-ragged-row\"") < place("id=\"warning-date\""));
        assert!(page.contains("les 100 premiers sur 1\u{202f}234") && page.contains("31/01/2026"), "{page}");
        assert_eq!(page.matches(">no date</td>").count(), EXAMPLES);
    }

    #[test]
    fn the_page_says_whether_anything_was_written() {
        let mut report = report(vec![]);
        assert!(report.page().contains("L’import est fait."));
        report.dry_run = true;
        assert!(report.page().contains("C’était un essai : rien n’a été écrit"));
        report.fail(0, vec![Problem::error("truncated", "cut").at(7)]);
        let page = report.page();
        assert!(page.contains("Rien n’a été importé") && page.contains("ligne 7 : Fichier coupé"), "{page}");
    }
}
