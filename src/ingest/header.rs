//! What the first line of a table says, and what it says when it comes again.

use super::problem::Problem;
use super::row::{Cell, Columns};

/// The columns that a header names; those without a name or of the same name are told.
///
/// # Errors
///
/// Where there are too many.
pub fn columns_of<'a>(
    names: impl Iterator<Item = &'a str>,
    line: u64,
    problems: &mut Vec<Problem>,
) -> Result<Columns, Problem> {
    let mut columns = Columns::default();
    for (position, name) in names.enumerate() {
        let name = name.trim();
        columns.room()?;
        let known_as = columns.add(name);
        if name.is_empty() {
            let message = format!("column {} has no name; a mapping can call it {known_as:?}", position + 1);
            problems.push(Problem::note("unnamed-column", message).at(line));
        } else if *known_as != *name {
            let message =
                format!("the header has {name:?} more than once; a mapping can call this one {known_as:?}");
            problems.push(Problem::warning("repeated-column", message).at(line).in_column(name));
        }
    }
    Ok(columns)
}

/// Whether a row says the names of the columns, as where files were put one behind the other.
pub fn is_header_again(cells: &[Cell], columns: &Columns) -> bool {
    let names = columns.names();
    let says = |cell: &Cell, name: &str| match cell {
        Cell::Text(text) => {
            text.trim() == name || (columns.is_repeated(text.trim()) && name.starts_with(text.trim()))
        }
        Cell::Empty => name.starts_with('#'),
        Cell::List(_) => false,
    };
    names.len() > 1
        && cells.len() == names.len()
        && cells.iter().zip(names).all(|(cell, name)| says(cell, name))
}

/// That the header stands in the middle of the file.
pub fn repeated_header(line: u64) -> Problem {
    let message =
        "the header stands here again, as where two files were put one behind the other; this line is no row";
    Problem::warning("repeated-header", message).at(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Columns {
        columns_of(names.iter().copied(), 1, &mut Vec::new()).expect("few columns")
    }

    #[test]
    fn a_header_is_known_again_even_with_gaps_and_doubles() {
        let columns = columns(&["nom", "", "nom"]);
        let cells = [Cell::Text("nom ".into()), Cell::Empty, Cell::Text("nom".into())];
        assert!(is_header_again(&cells, &columns));
        assert!(!is_header_again(
            &[Cell::Text("nom".into()), Cell::Empty, Cell::Text("Une".into())],
            &columns
        ));
    }
}
