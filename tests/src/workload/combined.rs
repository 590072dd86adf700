//! What only happens where there are combinations.

use types::{BlockLeg, BlockTrade, Command, InstrumentId, Leg, Lots, Proof, Side, Ticks};

use super::Workload;

/// Instruments that are named: months and a quarter, those of the second product, spreads, and
/// whatever comes later.
pub(super) const INSTRUMENTS: usize = 24;

/// Those of which most of the market is made: three months, their quarter, two spreads, and the first
/// that members list.
const BUSY: [u32; 8] = [0, 1, 1, 2, 3, 8, 9, 12];

impl Workload {
    /// A combination is listed, or a block is agreed on.
    pub(super) fn combined(&mut self) -> Command {
        if self.prng.chance(400) {
            let account = self.account();
            return Command::DefineCombination { account, legs: self.legs() };
        }
        let legs = (0..1 + self.prng.below(3)).map(|_| self.block_leg()).collect();
        let parties = [self.account(), self.account()];
        Command::TradeBlock(Box::new(BlockTrade { parties, legs, proofs: self.proofs() }))
    }

    pub(super) fn combined_instrument(&mut self) -> InstrumentId {
        let all = u32::try_from(INSTRUMENTS).expect("two dozen");
        InstrumentId(if self.prng.chance(900) { self.prng.pick(&BUSY) } else { self.small(all) })
    }

    fn legs(&mut self) -> Vec<Leg> {
        let count = self.prng.pick(&[1, 2, 2, 2, 3, 3, 13]);
        let mut legs: Vec<Leg> = Vec::new();
        for _ in 0..count {
            let outright = InstrumentId(self.small(8));
            let instrument = if self.prng.chance(100) { self.instrument() } else { outright };
            let ratio = self.prng.pick(&[1, 1, 2, 2, 4, -1, 0, 40]);
            legs.push(Leg { instrument, ratio });
        }
        if self.prng.chance(200) && legs.len() == 2 {
            (legs[0].ratio, legs[1].ratio) = (-1, 1);
        }
        legs
    }

    fn block_leg(&mut self) -> BlockLeg {
        let instrument = self.instrument();
        let middle = self.middles[usize::try_from(instrument.0).expect("two dozen")];
        BlockLeg {
            instrument,
            side: self.prng.pick(&Side::BOTH),
            price: Ticks(middle + self.prng.between(-40, 40)),
            lots: Lots(self.prng.pick(&[0, 4, 5, 8, 8, 12, 200])),
        }
    }

    fn proofs(&mut self) -> [Proof; 2] {
        [0, 1].map(|n| self.proof(n))
    }

    /// The signature of somebody's command; now and then with an old nonce.
    pub(super) fn proof(&mut self, n: u64) -> Proof {
        self.names += 1;
        let nonce = if self.prng.chance(50) { 3 + n } else { 10 * self.names };
        Proof { payload: Vec::new(), nonce, signature: vec![0; 64] }
    }
}
