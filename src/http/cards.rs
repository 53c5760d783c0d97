//! `/collectives/{slug}/card`: the identity card of a collective as one printable page, in French, without scripts or
//! other hosts. It shows what a stranger may see, whoever asks.

use std::fmt::{self, Write};
use std::sync::Arc;

use axum::Router;
use axum::extract::State as FromState;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use super::html::{Day, POLICY, Text};
use super::segment::Segment;
use super::{Failure, State};
use crate::app::Error;
use crate::app::identity_cards::CardPage;
use crate::domain::collectives::CollectiveKind;
use crate::domain::identity_cards::{IdentityCard, ReasonStance};
use crate::domain::language::Language;
use crate::graphql::edge::Code;

const STYLE: &str = include_str!("cards.css");
/// The route.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new().route("/collectives/{slug}/card", get(card))
}

async fn card(FromState(state): FromState<Arc<State>>, Segment(slug): Segment) -> Result<Response, Failure> {
    let found = state.app.card_page(slug).await.map_err(|error| match error {
        Error::Unavailable => {
            Failure::new(Code::Unavailable, "The database can't be reached: try again in a moment.")
        }
        Error::Timeout => Failure::new(Code::Timeout, "It took too long: try again."),
        error => {
            tracing::error!(?error, "a card can't be read");
            Failure::new(Code::Internal, "Internal error.")
        }
    })?;
    let page = found.ok_or_else(|| Failure::not_found("No published collective of this name has a card."))?;
    let mut html = String::new();
    write_page(&mut html, &page).map_err(|_| Failure::new(Code::Internal, "Internal error."))?;
    let headers = [(header::CONTENT_SECURITY_POLICY, POLICY), (header::CACHE_CONTROL, "no-cache")];
    Ok((headers, Html(html)).into_response())
}

fn write_page(out: &mut String, page: &CardPage) -> fmt::Result {
    let name = Text(&page.collective.name);
    let kind = match page.collective.kind {
        CollectiveKind::SmallCollective => "Petit collectif",
        CollectiveKind::ActionCommunity => "Communauté d’action",
    };
    write!(
        out,
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{name} : fiche d’identité</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<p class=\"kind\">{kind} · fiche d’identité</p>\n<h1>{name}</h1>\n"
    )?;
    write_places(out, page)?;
    let card = &page.card;
    write!(
        out,
        "</header>\n<main>\n<p class=\"question\"><strong>Question essentielle</strong>{}</p>\n",
        Text(&card.essential_question)
    )?;
    write_card(out, card)?;
    write_members(out, page)?;
    write!(out, "</main>\n<footer>Révision {}", card.revision)?;
    if let Some(day) = card.adopted_on {
        write!(out, ", adoptée le {}", Day(day, Language::Fr))?;
    }
    writeln!(
        out,
        " · écrite le {}</footer>\n</body>\n</html>",
        Day(card.updated_at.date_naive(), Language::Fr)
    )
}

fn write_places(out: &mut String, page: &CardPage) -> fmt::Result {
    writeln!(out, "<p class=\"where\">{}</p>", Text(&page.territories.join(", ")))?;
    if page.pilot_sites.is_empty() {
        return Ok(());
    }
    writeln!(out, "<p class=\"where\">Territoires pilotes : {}</p>", Text(&page.pilot_sites.join(", ")))
}

fn write_card(out: &mut String, card: &IdentityCard) -> fmt::Result {
    writeln!(out, "<div class=\"columns\">")?;
    if !card.reasons.is_empty() {
        writeln!(out, "<section>\n<h2>Nos raisons d’agir</h2>\n<ul>")?;
        for reason in &card.reasons {
            let stance = match reason.stance {
                ReasonStance::NotAcceptable => "Pas normal",
                ReasonStance::Important => "Important",
                ReasonStance::Necessary => "Nécessaire",
            };
            writeln!(out, "<li><strong>{stance} :</strong> {}</li>", Text(&reason.text))?;
        }
        writeln!(out, "</ul>\n</section>")?;
    }
    let mut years: Vec<_> = card.effects.iter().map(|effect| effect.horizon_year).collect();
    years.sort_unstable();
    years.dedup();
    if !years.is_empty() {
        writeln!(out, "<section>")?;
        for year in years {
            writeln!(out, "<h2>Ce que nous voulons pour {year}</h2>\n<ul>")?;
            for effect in card.effects.iter().filter(|effect| effect.horizon_year == year) {
                writeln!(out, "<li>{}</li>", Text(&effect.text))?;
            }
            writeln!(out, "</ul>")?;
        }
        writeln!(out, "</section>")?;
    }
    writeln!(out, "</div>")?;
    if card.key_actions.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Nos actions clés</h2>\n<ol>")?;
    for action in &card.key_actions {
        write!(out, "<li>{}", Text(&action.title))?;
        if !action.details.is_empty() {
            write!(out, "<ul>")?;
            for detail in &action.details {
                write!(out, "<li>{}</li>", Text(detail))?;
            }
            write!(out, "</ul>")?;
        }
        writeln!(out, "</li>")?;
    }
    writeln!(out, "</ol>\n</section>")
}

fn write_members(out: &mut String, page: &CardPage) -> fmt::Result {
    if page.members.is_empty() {
        return Ok(());
    }
    write!(
        out,
        "<section>\n<h2>Membres ({})</h2>\n<p>{}",
        page.member_count,
        Text(&page.members.join(", "))
    )?;
    let more = page.member_count - page.members.len() as i64;
    if more > 0 {
        write!(out, " et {more} de plus")?;
    }
    writeln!(out, "</p>\n</section>")
}
