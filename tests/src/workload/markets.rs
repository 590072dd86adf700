//! The markets of the streams, each as a scenario: two products, one of which ends in money outright
//! and one whose blocks are never full; months, and quarters that cascade into them.

/// How many markets there are; the stream of a seed is in the market `seed` modulo this.
pub const MARKETS: u64 = 8;

/// In the markets from this one on there are combinations.
const COMBINED: u64 = 6;

const COMMON: &str = "\
clock 2027-02-20 10:00
terms months 3 quarters 1 block 1000000 B200-EU.cash 4001 B200-EU.reference 4100
terms scan_before 307 scan_after 223
terms protection 30 largest_order 100 position_limit 150 open_orders 40
terms maker_fee -2 taker_fee 5
terms spot_month 250 accountability 100 accountability_lots 30
";

const LISTED: &str = "\
list H100-US-2027M04 H100-US-2027Q2 B200-EU-2027M04
fund ann 3000000 bob 3000000 cat 900000 dan 300000 eve 60000 fay 15000
";

/// What makes each market different from the others.
const DIFFERENT: [&str; 8] = [
    // Continuous trading by time, inside a band, and a house with capital that calls for margin.
    "terms band 80 house_capital 200000000 call 90 slice 500 slice_full 3 slice_seconds 60\n",
    // Every auction, a breaker, and bands that widen; large positions add margin.
    "terms concentration 500/3/20\n\
     terms band 40 wider_band 60 wider_band 90 limit_halt 40\n\
     terms opening 60 settlement_call 300 volatility 45 restart 30 no_cancel 10\n\
     terms breaker 12 breaker_minutes 5\n\
     terms fund 300 assessment 500 call 30 slice 300 slice_book 200 slice_seconds 600\n",
    // Shares by size, and auctions without an end part.
    "terms band 80 allocation 3/300/400/2\n\
     terms opening 30 settlement_call 600 volatility 20 restart 20\n\
     terms breaker 15 breaker_minutes 2\n",
    // Calls that are all end part, halts that end at once, shares by size alone.
    "terms band 30 wider_band 45 allocation 0/0/0/3\n\
     terms volatility 0 restart 15 settlement_call 120 no_cancel 100\n\
     terms breaker 10 breaker_minutes 1\n",
    // A little of everything, and prices without a band; makers take all they can.
    "terms allocation 10/1000/0/0 opening 5 restart 5 volatility 5 no_cancel 2\n",
    // Narrow bands that are met often, and halts; scan ranges follow prices and open interest.
    "terms scan_floor 100/900 interest 20/150 concentration 700/2/40\n\
     terms band 8 wider_band 12 wider_band 20 limit_halt 20 opening 10\n\
     terms house_capital 3000000 fund 50 assessment 2000 call 240\n",
    // Spreads, ramps and blocks, traded all day; everything that margin can depend on.
    "terms band 80 spreads 2 combinations 3 block_trade 5/30 fund 100 call 60 slice 500\n\
     terms scan_floor 50/700 interest 50/200 concentration 400/3/30\n",
    // The same with auctions, a breaker and shares by size.
    "terms band 40 wider_band 60 spreads 2 combinations 2 block_trade 5/20\n\
     terms opening 60 settlement_call 300 volatility 45 restart 30 no_cancel 10\n\
     terms breaker 25 breaker_minutes 5 allocation 3/300/400/2\n",
];

/// Whether the market of a seed has combinations.
pub(super) const fn has_combinations(seed: u64) -> bool {
    COMBINED <= seed % MARKETS
}

/// The market of a seed, as a scenario.
#[must_use]
pub fn market(seed: u64) -> String {
    let at = usize::try_from(seed % MARKETS).expect("a handful");
    format!("{COMMON}{}{LISTED}", DIFFERENT[at])
}
