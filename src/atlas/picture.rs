//! A network with what was computed of it: each measure once, when it is first asked for.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::bridges::bridges;
use super::centralities::{eigenvector, pagerank};
use super::communities::{Communities, communities};
use super::measures::{Components, transitivity, triangles};
use super::network::{Link, Network, Stop, Stopped};
use super::roles::{Role, roles};
use super::sweeps::{Swept, VISITS, sweep};

/// By what actors are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Centrality {
    /// How many partners they have.
    Degree,
    /// The weight of their interactions.
    WeightedDegree,
    /// The shortest paths through them.
    Betweenness,
    /// How near others are.
    Closeness,
    /// How central their partners are.
    Eigenvector,
    /// How often a walk passes.
    Pagerank,
}

/// A network and its measures.
#[derive(Debug, Default)]
pub struct Picture {
    network: Network,
    visits: u64,
    components: Once<Components>,
    triangles: Once<Vec<u64>>,
    swept: Once<Option<Swept>>,
    eigenvector: Once<Option<Vec<f64>>>,
    pagerank: Once<Option<Vec<f64>>>,
    communities: Once<Communities>,
    bridges: Once<Vec<Uuid>>,
    roles: Once<Vec<Role>>,
}

/// What is computed once. Those who ask meanwhile wait; what was stopped is computed anew.
#[derive(Debug)]
struct Once<T>(Mutex<Option<Arc<T>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Once<T> {
    fn get(&self, compute: impl FnOnce() -> Result<T, Stopped>) -> Result<Arc<T>, Stopped> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = &*slot {
            return Ok(found.clone());
        }
        let found = Arc::new(compute()?);
        *slot = Some(found.clone());
        Ok(found)
    }
}

impl Picture {
    /// Of a network, with nothing computed yet.
    pub fn of(network: Network) -> Self {
        Self::within(network, VISITS)
    }

    /// The same, where sweeps have so many visits.
    pub fn within(network: Network, visits: u64) -> Self {
        Self { network, visits, ..Self::default() }
    }

    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// Its parts.
    pub fn components(&self) -> Result<Arc<Components>, Stopped> {
        self.components.get(|| Ok(Components::of(&self.network)))
    }

    /// In how many triangles each actor is.
    fn triangles(&self, stop: &Stop) -> Result<Arc<Vec<u64>>, Stopped> {
        self.triangles.get(|| triangles(&self.network, stop))
    }

    /// Its transitivity; null where nobody has two partners.
    pub fn transitivity(&self, stop: &Stop) -> Result<Option<f64>, Stopped> {
        Ok(transitivity(&self.network, &self.triangles(stop)?))
    }

    /// Betweenness and closeness; null where it is too large.
    pub fn swept(&self, stop: &Stop) -> Result<Arc<Option<Swept>>, Stopped> {
        let components = self.components()?;
        self.swept.get(|| sweep(&self.network, &components, self.visits, stop))
    }

    /// Eigenvector centrality; null where it is not defined.
    pub fn eigenvector(&self, stop: &Stop) -> Result<Arc<Option<Vec<f64>>>, Stopped> {
        self.eigenvector.get(|| eigenvector(&self.network, stop))
    }

    /// Page rank; null where there is nobody.
    pub fn pagerank(&self, stop: &Stop) -> Result<Arc<Option<Vec<f64>>>, Stopped> {
        self.pagerank.get(|| pagerank(&self.network, stop))
    }

    /// The groups found in it.
    pub fn communities(&self, stop: &Stop) -> Result<Arc<Communities>, Stopped> {
        self.communities.get(|| communities(&self.network, stop))
    }

    /// The interactions that alone hold two parts together, those that cut off most first.
    pub fn bridges(&self, stop: &Stop) -> Result<Arc<Vec<Uuid>>, Stopped> {
        self.bridges.get(|| bridges(&self.network, stop))
    }

    /// Each actor's role.
    pub fn roles(&self, stop: &Stop) -> Result<Arc<Vec<Role>>, Stopped> {
        let (swept, triangles) = (self.swept(stop)?, self.triangles(stop)?);
        let betweenness = Option::as_ref(&swept).and_then(|swept| swept.betweenness.as_deref());
        self.roles.get(|| roles(&self.network, betweenness, &triangles, stop))
    }

    /// The places of the `first` most central actors, the most central first; of equal ones those of more partners, then
    /// of more weight, then by id. By partners alone where the measure is null. Those without a partner are left out, unless
    /// nobody has one.
    pub fn ranked(&self, by: Centrality, first: usize, stop: &Stop) -> Result<Vec<u32>, Stopped> {
        let network = &self.network;
        let scores = self.scores(by, stop)?;
        let linked = network.pair_count() > 0;
        let mut places: Vec<u32> =
            network.places().filter(|&place| !linked || network.degree(place) > 0).collect();
        let key = |place: u32| (Reverse(network.degree(place)), Reverse(network.strength(place)), place);
        let score = |place: u32| scores.as_ref().map_or(0.0, |scores| scores[place as usize]);
        let order = |a: &u32, b: &u32| score(*b).total_cmp(&score(*a)).then_with(|| key(*a).cmp(&key(*b)));
        if first < places.len() {
            places.select_nth_unstable_by(first, order);
            places.truncate(first);
        }
        places.sort_unstable_by(order);
        Ok(places)
    }

    /// The `first` interactions that show the most central actors: half of them link such an actor, the most central first, with
    /// the most central of its partners; the others are in the order of the less central of their two ends, of one such end
    /// the heaviest first. All by id where nothing else tells them apart.
    pub fn key_links(&self, by: Centrality, first: usize, stop: &Stop) -> Result<Vec<Uuid>, Stopped> {
        let network = &self.network;
        let ranked = self.ranked(by, network.size(), stop)?;
        let mut ranks = vec![0; network.size()];
        for (rank, &place) in ranked.iter().enumerate() {
            ranks[place as usize] = rank;
        }
        let closest = |&place: &u32| {
            let bonds = network.row_of(place);
            bonds.min_by_key(|(partner, _)| ranks[*partner as usize]).map(|(_, bond)| bond.heaviest)
        };
        let lower = |&link: &u32| {
            let Link { source, target, millionths, .. } = network.links()[link as usize];
            (ranks[source as usize].max(ranks[target as usize]), Reverse(millionths))
        };
        let mut others: Vec<u32> = (0..network.links().len() as u32).collect();
        others.sort_by_cached_key(lower);
        let mut taken = HashSet::new();
        let spokes = ranked.iter().filter_map(closest).filter(|link| taken.insert(*link));
        let spokes: Vec<u32> = spokes.take(first.div_ceil(2)).collect();
        others.retain(|link| !taken.contains(link));
        let links = spokes.into_iter().chain(others).take(first);
        Ok(links.map(|link| network.links()[link as usize].interaction).collect())
    }

    fn scores(&self, by: Centrality, stop: &Stop) -> Result<Option<Vec<f64>>, Stopped> {
        let network = &self.network;
        Ok(match by {
            Centrality::Degree => None,
            Centrality::WeightedDegree => {
                Some(network.places().map(|place| network.weighted_degree(place)).collect())
            }
            Centrality::Betweenness => (*self.swept(stop)?).clone().and_then(|swept| swept.betweenness),
            Centrality::Closeness => (*self.swept(stop)?).clone().and_then(|swept| swept.closeness),
            Centrality::Eigenvector => (*self.eigenvector(stop)?).clone(),
            Centrality::Pagerank => (*self.pagerank(stop)?).clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::network::tests::{karate, network, weighted};
    use super::*;

    #[test]
    fn each_centrality_ranks_by_itself() {
        let picture = Picture::of(karate());
        let stop = Stop::default();
        let first = |by| picture.ranked(by, 3, &stop).expect("nobody stops it");
        assert_eq!(first(Centrality::Degree), [33, 0, 32]);
        assert_eq!(first(Centrality::WeightedDegree), [33, 0, 32]);
        assert_eq!(first(Centrality::Betweenness), [0, 33, 32]);
        assert_eq!(first(Centrality::Closeness), [0, 2, 33]);
        assert_eq!(first(Centrality::Eigenvector), [33, 0, 2]);
        assert_eq!(first(Centrality::Pagerank), [33, 0, 32]);
        assert_eq!(picture.ranked(Centrality::Degree, 99, &stop).expect("nobody stops it").len(), 34);
    }

    #[test]
    fn key_links_show_each_of_the_most_central_and_what_is_between_them() {
        // Partners: 4 of 5, who knows nobody else that has many; 3 of 1 and of 0, who weighs less; 2 of 2.
        let pairs = [
            (5, 6, 1.0),
            (5, 7, 1.0),
            (5, 8, 1.0),
            (5, 9, 1.0),
            (1, 4, 9.0),
            (0, 3, 9.0),
            (1, 2, 2.0),
            (0, 2, 3.0),
            (0, 1, 1.0),
            (1, 2, 4.0),
        ];
        let picture = Picture::of(weighted(10, &pairs));
        let links = |first| {
            let found = picture.key_links(Centrality::Degree, first, &Stop::default());
            found.expect("nobody stops it").iter().map(|id| id.as_u128() - 1_000).collect::<Vec<_>>()
        };
        assert_eq!(links(4), [0, 8, 9, 7], "5 with someone, 1 with 0; then what is between 1, 0 and 2");
        assert_eq!(links(1), [0]);
        assert_eq!((links(99).len(), links(0).len()), (10, 0));
    }

    #[test]
    fn what_is_too_large_is_ranked_by_partners() {
        let ring: Vec<_> = (0..500).map(|i| (i, (i + 1) % 500)).chain([(7, 100)]).collect();
        let picture = Picture::within(network(501, &ring), 1_000);
        let stop = Stop::default();
        assert_eq!(picture.ranked(Centrality::Betweenness, 3, &stop), Ok(vec![7, 100, 0]));
        assert!(picture.roles(&stop).is_ok_and(|roles| roles[500] == Role::Isolated));
    }

    #[test]
    fn nobody_is_left_out_where_nobody_has_a_partner() {
        let picture = Picture::of(network(3, &[]));
        assert_eq!(picture.ranked(Centrality::Closeness, 2, &Stop::default()), Ok(vec![0, 1]));
    }

    #[test]
    fn what_was_stopped_is_computed_when_it_is_asked_for_again() {
        let picture = Picture::of(karate());
        let stopped = Stop::default();
        stopped.stop();
        assert_eq!(picture.ranked(Centrality::Betweenness, 1, &stopped), Err(Stopped));
        assert_eq!(picture.ranked(Centrality::Betweenness, 1, &Stop::default()), Ok(vec![0]));
    }
}
