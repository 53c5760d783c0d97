//! `maillage user`.

use std::io::BufRead;
use std::process::ExitCode;

use crate::app::App;
use crate::app::granting::GrantInput;
use crate::domain::actors::ActorRef;
use crate::domain::caller::{Caller, Grant, Role};
use crate::domain::ids::UserId;
use crate::domain::paging::PageArguments;
use crate::domain::people::order;
use crate::domain::policy::Visibility;
use crate::domain::territories::{TerritoryCode, TerritoryKind, TerritoryRef};
use clap::{Args, Subcommand};

use super::{Failed, print, told};

/// What is done to accounts.
#[derive(Subcommand, Clone)]
pub enum UserCommand {
    /// Make an account; without a password, print the invitation by which one is chosen.
    Create(CreateArgs),
    /// List the accounts with their rights.
    List,
    /// Let someone sign in no more; their sign-ins and keys end.
    Deactivate(EmailArgs),
    /// Grant someone a right.
    Grant(GrantArgs),
    /// Remove the demo's accounts, whose password everyone knows.
    RemoveDemo,
}

/// Someone new.
#[derive(Args, Clone)]
pub struct CreateArgs {
    /// Where letters go, and by what they sign in.
    #[arg(long)]
    email: String,
    /// How they are called.
    #[arg(long)]
    name: String,
    /// They may do everything.
    #[arg(long)]
    admin: bool,
    /// Take the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

/// Whose account.
#[derive(Args, Clone)]
pub struct EmailArgs {
    /// Their address.
    #[arg(long)]
    email: String,
}

/// A right for someone.
#[derive(Args, Clone)]
pub struct GrantArgs {
    /// Their address.
    #[arg(long)]
    email: String,
    /// `ADMIN`, `TERRITORY_MANAGER`, `ANALYST`, `PARTNER` or `ACTOR_EDITOR`.
    #[arg(long)]
    role: Role,
    /// Over which territory, as `EDUCATION_CITY:cite-023`.
    #[arg(long)]
    territory: Option<String>,
    /// Over which actor, by its slug.
    #[arg(long)]
    actor: Option<String>,
}

/// Does it.
pub async fn run(app: App, command: &UserCommand) -> Result<ExitCode, Failed> {
    match command {
        UserCommand::Create(args) => create(&app, args).await?,
        UserCommand::List => list(&app).await?,
        UserCommand::Deactivate(args) => {
            let user = user(&app, &args.email).await?;
            app.deactivate_user(&Caller::Operator, user).await.map_err(told)?;
            print(&format!("{} can't sign in any more", args.email))?;
        }
        UserCommand::Grant(args) => grant(&app, args).await?,
        UserCommand::RemoveDemo => {
            let removed = app.remove_demo_accounts().await.map_err(told)?;
            print(&format!("{removed} accounts of the demo removed"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn user(app: &App, email: &str) -> Result<UserId, Failed> {
    let user = app.user_by_email(email).await.map_err(told)?;
    user.ok_or_else(|| format!("no user has the address {email}").into())
}

async fn create(app: &App, args: &CreateArgs) -> Result<(), Failed> {
    let admin = GrantInput { role: Role::Admin, territory: None, actor: None, expires_at: None };
    let grants = if args.admin { vec![admin] } else { Vec::new() };
    if args.password_stdin {
        let mut password = String::new();
        std::io::stdin().lock().read_line(&mut password)?;
        let password = password.trim_end_matches(['\n', '\r']).to_owned();
        app.create_user(&args.email, &args.name, args.admin, password).await.map_err(told)?;
        print(&format!("{} may sign in", args.email))?;
        return Ok(());
    }
    let invited = app.invite_user(&Caller::Operator, &args.email, &args.name, &grants).await.map_err(told)?;
    let body = serde_json::json!({
        "query": "mutation ($token: String!, $password: String!) { acceptInvitation(token: $token, password: $password) { accessToken } }",
        "variables": { "token": invited.token, "password": "…" },
    });
    print(&format!(
        "The invitation of {}, good once until {}:\n\n{}\n\nThey choose a password of 12 characters at least with it:\n\ncurl -s http://127.0.0.1:8080/graphql -H 'content-type: application/json' -d '{body}'",
        args.email,
        invited.expires_at.format("%F %H:%M UTC"),
        invited.token
    ))?;
    Ok(())
}

async fn grant(app: &App, args: &GrantArgs) -> Result<(), Failed> {
    let user = user(app, &args.email).await?;
    let territory = args.territory.as_deref().map(territory).transpose()?;
    let actor = match &args.actor {
        None => None,
        Some(slug) => {
            let found = app.actor(&Caller::Operator, &ActorRef::Slug(slug.clone())).await.map_err(told)?;
            Some(found.ok_or_else(|| format!("no actor has the slug {slug}"))?.id)
        }
    };
    let given = GrantInput { role: args.role, territory, actor, expires_at: None };
    app.grant_role(&Caller::Operator, user, &given).await.map_err(told)?;
    print(&format!("{} is {} now", args.email, args.role))?;
    Ok(())
}

fn territory(text: &str) -> Result<TerritoryRef, Failed> {
    let told = || format!("{text:?} names no territory: write it as EDUCATION_CITY:cite-023");
    let (kind, code) = text.split_once(':').ok_or_else(told)?;
    let kind: TerritoryKind = kind.parse().map_err(|_| told())?;
    Ok(TerritoryRef::Code(TerritoryCode { kind, code: code.to_owned(), vintage: None }))
}

async fn list(app: &App) -> Result<(), Failed> {
    let mut after = None;
    loop {
        let arguments = PageArguments { first: Some(100), after, ..PageArguments::default() };
        let page = arguments.parse(&order("USER")).map_err(|found| told(found.into()))?;
        let users = app.users(&Caller::Operator, &page).await.map_err(told)?;
        for edge in &users.edges {
            let user = &edge.node;
            let mut rights = Vec::new();
            for grant in &user.grants {
                rights.push(right(app, grant).await?);
            }
            let state = if user.active { "" } else { " (deactivated)" };
            print(&format!("{}\t{}{state}\t{}", user.email, user.display_name, rights.join(", ")))?;
        }
        after = users.edges.last().map(|edge| edge.cursor.encode());
        if !users.has_next {
            return Ok(());
        }
    }
}

/// A right in words, as the command grants it.
async fn right(app: &App, grant: &Grant) -> Result<String, Failed> {
    let mut words = vec![grant.right.role().to_string()];
    if let Some(id) = grant.right.territory() {
        for territory in app.store.territories_by_ids(&[id]).await? {
            words.push(format!("{}:{}", territory.kind, territory.code));
        }
    }
    if let Some(id) = grant.right.actor() {
        for actor in app.store.actors_by_ids(&[id], &Visibility::Everything).await? {
            words.push(actor.slug);
        }
    }
    if let Some(end) = grant.expires_at {
        words.push(format!("until {}", end.format("%F %H:%M UTC")));
    }
    Ok(words.join(" "))
}
