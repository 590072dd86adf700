//! What an account has, by contract: a short index in order, and beside it what is held, which stays
//! where it is. Looking a contract up reads numbers only, and one that comes or goes moves nothing else.

use serde::{Deserialize, Serialize, Serializer};
use types::InstrumentId;

use super::account::Holding;

/// All holdings of an account.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Vec<(InstrumentId, Holding)>")]
pub(super) struct Holdings {
    /// Contracts in order, and where in `held` each is.
    index: Vec<(InstrumentId, u32)>,
    held: Vec<Holding>,
    /// Places in `held` that are free.
    free: Vec<u32>,
}

impl Holdings {
    /// What there is of a contract.
    pub(super) fn get(&self, id: InstrumentId) -> Option<&Holding> {
        self.find(id).ok().map(|at| &self.held[self.place(at)])
    }

    /// The same, to change it.
    pub(super) fn get_mut(&mut self, id: InstrumentId) -> Option<&mut Holding> {
        self.find(id).ok().map(|at| {
            let place = self.place(at);
            &mut self.held[place]
        })
    }

    /// The same; put there if there is nothing.
    pub(super) fn get_or_insert(&mut self, id: InstrumentId) -> &mut Holding {
        let place = match self.find(id) {
            Ok(at) => self.place(at),
            Err(at) => self.insert(at, id),
        };
        &mut self.held[place]
    }

    /// There is nothing of a contract any more.
    pub(super) fn remove(&mut self, id: InstrumentId) {
        if let Ok(at) = self.find(id) {
            let (_, place) = self.index.remove(at);
            self.free.push(place);
        }
    }

    /// All there is, by contract.
    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = (InstrumentId, &Holding)> {
        (0..self.index.len()).map(|at| (self.index[at].0, &self.held[self.place(at)]))
    }

    #[inline]
    fn find(&self, id: InstrumentId) -> Result<usize, usize> {
        self.index.binary_search_by_key(&id, |(id, _)| *id)
    }

    fn place(&self, at: usize) -> usize {
        usize::try_from(self.index[at].1).expect("32 bits fit in an index")
    }

    fn insert(&mut self, at: usize, id: InstrumentId) -> usize {
        let place = self.free.pop().unwrap_or_else(|| {
            self.held.push(Holding::default());
            u32::try_from(self.held.len() - 1).expect("fewer than 2^32 contracts")
        });
        self.index.insert(at, (id, place));
        let place = self.place(at);
        self.held[place] = Holding::default();
        place
    }
}

impl Serialize for Holdings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl From<Vec<(InstrumentId, Holding)>> for Holdings {
    fn from(all: Vec<(InstrumentId, Holding)>) -> Self {
        let mut holdings = Self::default();
        for (id, holding) in all {
            *holdings.get_or_insert(id) = holding;
        }
        holdings
    }
}
