//! Who sees what of a collective.

use maillage::domain::caller::Right;
use maillage::graphql::ids::id_of as key_of;
use serde_json::{Value, json};

use super::Town;
use crate::support::data_of;
use crate::support::entries::{id_of, texts};

const WAYS: &str = "query($id: ID!, $here: ID!, $actor: ID!, $member: ID!) {
    collective(by: { id: $id }) { name } collectives { totalCount nodes { id } }
    node(id: $id) { id } member: node(id: $member) { id ... on Membership { collective { name } actor { name } } }
    territory(by: { id: $here }) { collectives { nodes { id } } } actor(by: { id: $actor }) { collectives { totalCount nodes { id } } } }";

#[tokio::test]
async fn a_draft_is_seen_by_whom_it_concerns() {
    let town = Town::of(5).await;
    let id =
        id_of(&town.registered(json!({ "invite": [town.actors[1], town.actors[2], town.actors[3]] })).await);
    let [lead, one, two] =
        [town.membership(&id, 0).await, town.membership(&id, 1).await, town.membership(&id, 2).await];
    data_of(town.answer(&town.editors[1], &one, true).await);
    data_of(town.answer(&town.editors[2], &two, false).await);
    let (here, there) = (key_of(&town.here.clone().into()), key_of(&town.there.clone().into()));
    let analyst = town.token("analyst", &[Right::Analyst(here)]).await;
    let partner = town.token("partner", &[Right::Partner(None)]).await;
    let elsewhere = town.token("elsewhere", &[Right::TerritoryManager(there)]).await;
    let variables = json!({ "id": id, "here": town.here, "actor": town.actors[0], "member": lead });
    let readers = [
        ("lead", &town.editors[0], true),
        ("member", &town.editors[1], true),
        ("one that declined", &town.editors[2], false),
        ("one that is asked", &town.editors[3], true),
        ("another", &town.editors[4], false),
        ("manager", &town.manager, true),
        ("analyst", &analyst, true),
        ("partner", &partner, false),
        ("manager elsewhere", &elsewhere, false),
        ("admin", &town.test.token, true),
    ];
    for (who, token, sees) in readers {
        let data = data_of(town.test.ask_as(token, WAYS, variables.clone()).await);
        let lists = [&data["collectives"], &data["territory"]["collectives"], &data["actor"]["collectives"]];
        for list in lists {
            assert_eq!(list["nodes"].as_array().unwrap().len(), usize::from(sees), "{who}: {data}");
        }
        for one in ["collective", "node", "member"] {
            assert_eq!(data[one] != Value::Null, sees, "{who}, {one}: {data}");
        }
    }
    let nobody = town.test.data(WAYS, variables.clone()).await;
    assert_eq!(
        (&nobody["collective"], &nobody["node"], &nobody["member"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    town.test.must("publish", &id, 1).await;
    let nobody = town.test.data(WAYS, variables).await;
    assert_eq!(nobody["member"]["actor"]["name"], "Association 0");
}

#[tokio::test]
async fn strangers_see_those_that_agreed_and_each_its_own_invitation() {
    let town = Town::of(4).await;
    let id = id_of(&town.registered(json!({ "invite": [town.actors[1], town.actors[2]] })).await);
    let one = town.membership(&id, 1).await;
    data_of(town.answer(&town.editors[1], &one, true).await);
    // An actor that is a draft is seen by its editor alone.
    let hidden = id_of(&town.test.draft_actor("Brouillon", json!({})).await);
    let invite = "mutation($of: ID!, $actor: ID!) { inviteMember(collective: $of, actor: $actor, role: MEMBER) { id } }";
    let variables = json!({ "of": id, "actor": hidden });
    let membership = id_of(&data_of(town.test.ask_as_admin(invite, variables).await)["inviteMember"]);
    let editor = town.token("hidden", &[Right::ActorEditor(key_of(&hidden.clone().into()))]).await;
    data_of(town.answer(&editor, &membership, true).await);
    town.test.must("publish", &id, 1).await;
    let members =
        "query($id: ID!) { collective(by: { id: $id }) { members { totalCount nodes { actor { name } } }
        asked: members(status: INVITED) { totalCount } } }";
    let names = async |token: Option<&str>| {
        let data = match token {
            Some(token) => data_of(town.test.ask_as(token, members, json!({ "id": id })).await),
            None => town.test.data(members, json!({ "id": id })).await,
        };
        let seen = &data["collective"]["members"];
        let names: Vec<_> = texts(&seen["nodes"], "/actor/name").into_iter().map(str::to_owned).collect();
        assert_eq!(seen["totalCount"].as_u64().unwrap() as usize, names.len());
        (names, data["collective"]["asked"]["totalCount"].as_i64().unwrap())
    };
    let all = ["Association 0", "Association 1", "Association 2"];
    assert_eq!(names(None).await, (all[..2].iter().copied().map(str::to_owned).collect(), 0));
    assert_eq!(names(Some(&town.editors[2])).await, (all.iter().copied().map(str::to_owned).collect(), 1));
    assert_eq!(names(Some(&town.editors[3])).await.1, 0);
    assert_eq!(names(Some(&town.editors[0])).await, (all.iter().copied().map(str::to_owned).collect(), 1));
    let (seen, asked) = names(Some(&town.test.token)).await;
    assert_eq!((seen.len(), asked), (4, 1));
    // As a filter an invitation gives away no more.
    let filter = "query($actor: ID!) { collectives(filter: { member: $actor }) { totalCount } }";
    let count = async |token: Option<&str>, actor: &str| {
        let variables = json!({ "actor": actor });
        let data = match token {
            Some(token) => data_of(town.test.ask_as(token, filter, variables).await),
            None => town.test.data(filter, variables).await,
        };
        data["collectives"]["totalCount"].as_i64().unwrap()
    };
    assert_eq!(count(None, &town.actors[1]).await, 1);
    assert_eq!(count(None, &town.actors[2]).await, 0);
    assert_eq!(count(Some(&town.editors[2]), &town.actors[2]).await, 1);
    assert_eq!(count(None, &hidden).await, 0);
}
