//! Files without a mapping.

use super::guess::Guess;
use super::problem::Problem;
use super::{Import, Kind, Overrides, Record, read_from};

type Read = (Vec<Record>, Vec<(Option<String>, &'static str)>);

fn import(kind: Kind, file: &str, text: &str) -> Result<Read, Vec<Problem>> {
    let mut rows = read_from(Box::new(std::io::Cursor::new(text.as_bytes().to_vec()))).expect("a table");
    let guess = Guess { kind, file, source: None, year: 2026 };
    let mapping = guess.mapping(&mut rows)?;
    let mut overrides = Overrides::default();
    let (mut records, mut problems) = (vec![], vec![]);
    for item in Import::new(rows, &mapping, &mut overrides)? {
        match item {
            Ok(record) => records.push(record),
            Err(problem) => problems.push((problem.column, problem.code)),
        }
    }
    Ok((records, problems))
}

fn texts<'r>(record: &'r Record, fields: &[&str]) -> Vec<Option<&'r str>> {
    fields.iter().map(|field| record.text(field)).collect()
}

#[test]
fn a_french_list_of_actors_needs_no_mapping() {
    let text = "N° SIRET;Raison sociale;Catégorie;Ville;Code INSEE;CP;Latitude;Longitude;Thématiques;Président\n\
                212 801 344 00012;Mairie de Dreux;Commune;Dreux;28134;28100;48,7368;1,3664;Santé, Education;X\n\
                ;Tous ensemble;Centre social;Dreux;28134;28100;;;;Y\n\
                ;Collège Pasteur;;Dreux;28134;28100;;;;Y\n";
    let (records, problems) = import(Kind::Actors, "/tmp/Annuaire 2025.csv", text).expect("a mapping");
    let first = texts(&records[0], &["siret", "name", "kind", "seat", "postcode", "latitude"]);
    assert_eq!(
        first,
        [
            Some("21280134400012"),
            Some("Mairie de Dreux"),
            Some("LOCAL_AUTHORITY"),
            Some("28134"),
            Some("28100"),
            Some("48.7368")
        ]
    );
    assert_eq!(records[0].texts("themes").collect::<Vec<_>>(), ["health", "education"]);
    let kinds: Vec<_> = records.iter().filter_map(|record| record.text("kind")).collect();
    assert_eq!(kinds, ["LOCAL_AUTHORITY", "SOCIAL_CENTRE", "SCHOOL"]);
    assert_eq!(
        (records[0].origin.source.as_str(), records[0].origin.reference.as_str()),
        ("annuaire", "21280134400012")
    );
    assert_eq!(records[1].origin.reference.len(), 32);
    let unused: Vec<_> = problems.iter().filter(|(_, code)| *code == "column-unused").collect();
    assert_eq!(
        unused,
        [&(Some("Président".to_owned()), "column-unused"), &(Some("Ville".to_owned()), "column-unused")]
    );
}

#[test]
fn the_best_heading_wins_and_the_other_is_told() {
    let text = "id,Nom,Dénomination,lien\n1,Une,Une et une,une.example\n";
    let (records, problems) = import(Kind::Actors, "a.csv", text).expect("a mapping");
    assert_eq!(texts(&records[0], &["name", "website"]), [Some("Une"), Some("une.example")]);
    assert!(problems.contains(&(Some("Dénomination".to_owned()), "column-unused")), "{problems:?}");
}

#[test]
fn a_field_that_no_column_gives_is_refused_with_the_headings_that_would_do() {
    let problems = import(Kind::Actors, "a.csv", "a,b\n1,2\n").expect_err("no name");
    let message = &problems[0].message;
    assert!(problems.len() == 1 && message.contains("\"nom\"") && message.contains("--mapping"), "{message}");
    let problems = import(Kind::Interactions, "a.csv", "source,target\n1,2\n").expect_err("no kind");
    assert!(problems[0].message.contains("kind"), "{}", problems[0]);
}

#[test]
fn grants_calls_and_communes_are_known_by_their_headings() {
    let text = "Financeur;Bénéficiaire;Montant;Année;Objet\ntown:1;2;1 234,50 €;2024;Un poste\n";
    let (records, _) = import(Kind::Interactions, "grants.csv", text).expect("a mapping");
    let said = texts(&records[0], &["kind", "source", "target", "amount", "since"]);
    assert_eq!(
        said,
        [Some("FUNDING"), Some("town:1"), Some("grants:2"), Some("1234.50"), Some("2024-01-01")]
    );

    let text = "Titre,Date d'ouverture,Date limite,Budget,URL\nAgir,01/02/2026,31/03/2026,10 000,https://a.example/1\n";
    let (records, _) = import(Kind::Calls, "aap.csv", text).expect("a mapping");
    let said = texts(&records[0], &["kind", "opens_on", "closes_on", "budget"]);
    assert_eq!(said, [Some("CALL_FOR_PROJECTS"), Some("2026-02-01"), Some("2026-03-31"), Some("10000")]);

    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"INSEE_COM":"1001","NOM":"Une","POPULATION":12,"INSEE_DEP":"01"},"geometry":null}]}"#;
    let (records, problems) = import(Kind::Territories, "contours_2024.geojson", text).expect("a mapping");
    let said = texts(&records[0], &["kind", "code", "name", "vintage", "department", "population"]);
    assert_eq!(said, [Some("COMMUNE"), Some("01001"), Some("Une"), Some("2024"), Some("01"), Some("12")]);
    assert!(problems.iter().any(|(_, code)| *code == "leading-zero"), "{problems:?}");
    let (records, _) = import(Kind::Territories, "regions.csv", "code,nom\n24,Centre\n").expect("a mapping");
    assert_eq!(texts(&records[0], &["kind", "vintage"]), [Some("REGION"), Some("2026")]);
}

#[test]
fn metres_in_x_and_y_are_told_once_and_left_out() {
    let text = "nom,x,y\nUne,581000,6849000\nDeux,581100,6849100\n";
    let (records, problems) = import(Kind::Actors, "a.csv", text).expect("a mapping");
    assert_eq!((records.len(), records[0].text("longitude")), (2, None));
    assert_eq!(problems.iter().filter(|(_, code)| *code == "projection").count(), 1, "{problems:?}");
}

#[test]
fn a_point_in_one_cell_is_read_latitude_first() {
    let text = "nom;Geo Point\nUne;48.7368, 1.3664\n";
    let (records, _) = import(Kind::Actors, "a.csv", text).expect("a mapping");
    assert_eq!(texts(&records[0], &["latitude", "longitude"]), [Some("48.7368"), Some("1.3664")]);
}

#[test]
fn a_reference_that_a_spreadsheet_rounded_never_makes_one_of_several() {
    let text = "siret;nom\n2,12801E+13;Une\n2,12801E+13;Deux\n";
    let (records, _) = import(Kind::Actors, "a.csv", text).expect("a mapping");
    assert_eq!((records.len(), records[0].text("siret")), (2, None));
    let (records, problems) = import(Kind::Actors, "a.csv", "id;nom\n2,12801E+13;Une\n").expect("a mapping");
    assert!(records.is_empty() && problems.contains(&(None, "spreadsheet")), "{problems:?}");
}
