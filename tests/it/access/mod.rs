//! Who may do what, held against the schema; and what may not be seen is nowhere.

mod application_rows;
mod collective_rows;
mod crowds;
mod diagnosis_rows;
mod document;
mod ecosystem_rows;
pub mod everything;
mod exchange_rows;
mod export_rows;
pub mod hidden;
mod import_rows;
mod knowledge_rows;
mod matrix;
mod more_rows;
mod project_rows;
mod reach;
mod rows;
mod swot_rows;
mod swot_world;
mod unseen;
mod ways;
pub mod world;
