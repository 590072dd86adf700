use std::fs;
use std::path::Path;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::Color;
use serde_json::json;

use super::*;
use crate::terminal::key::Key;
use crate::terminal::line::{Told, Wish};
use crate::terminal::model::tests::{book, delta, feed, order, press, seated, stream};

/// The screen as text, compared with what was agreed to; `UPDATE_GOLDEN=1` writes it anew.
fn check(name: &str, model: &Model) {
    let text = shown(model, Theme::Classic).0;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/ghx/terminal/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).expect("the golden folder can be written");
    }
    let agreed = fs::read_to_string(&path).expect("run with UPDATE_GOLDEN=1 to write it");
    assert!(text == agreed, "{name} is\n{text}\nand was\n{agreed}");
}

/// The text and the colours of the screen, and where things stand.
fn shown(model: &Model, theme: Theme) -> (String, Vec<Color>, Hits) {
    let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test has a screen");
    let mut hits = Hits::default();
    terminal.draw(|frame| hits = draw(frame, model, theme)).expect("it draws");
    let buffer = terminal.backend().buffer();
    let line = |y: u16| -> String { (0..80).map(|x| buffer[(x, y)].symbol()).collect() };
    let lines: Vec<String> = (0..24).map(|y| line(y).trim_end().to_owned()).collect();
    let mut colours: Vec<Color> = buffer.content.iter().flat_map(|c| [c.fg, c.bg]).collect();
    colours.dedup();
    (lines.join("\n") + "\n", colours, hits)
}

/// A desk with something in every view.
fn busy() -> Model {
    let mut model = seated();
    book(&mut model);
    delta(&mut model, 2, 11, &json!([["2.398", "38"]]));
    stream(&mut model, order("O1", "new", "open", 11));
    let trade = |id: &str, price: &str, taker: &str, flags: serde_json::Value| {
        json!({
            "trade_id": id, "price": price, "qty": "10", "taker": taker, "eseq": 9,
            "eng_ns": "1803859200000000000", "flags": flags,
        })
    };
    let trades = json!([
        trade("T1", "2.399", "buy", json!([])),
        trade("T2", "2.401", "buy", json!(["implied"])),
        trade("T3", "2.398", "sell", json!(["block"])),
    ]);
    feed(
        &mut model,
        json!({
            "channel": "trades.H100-US-2027M03", "kind": "snapshot", "seq": 1, "data": trades,
        }),
    );
    let point = |symbol: &str, bid: serde_json::Value, mark: &str, basis: &str| {
        json!({
            "symbol": symbol, "instrument_no": 0, "tenor": "month", "start": "2027-03-01", "end": "2027-03-31",
            "bid": bid, "ask": bid, "last": null, "mark": mark, "settle": "2.400",
            "basis": basis, "age_ms": 4,
        })
    };
    feed(
        &mut model,
        json!({
            "channel": "curve.H100-US", "kind": "curve", "seq": 1,
            "data": {
                "product": "H100-US", "unit": "usd_per_gpu_hour", "as_of_ns": "1803859200000000000",
                "index": "2.390",
                "points": [
                    point("H100-US-2027M03", json!("2.398"), "2.410", "quoted"),
                    point("H100-US-2027M04", json!(null), "2.380", "interpolated"),
                ],
            },
        }),
    );
    feed(
        &mut model,
        json!({
            "channel": "bbo.H100-US-2027M03-2027M04", "kind": "bbo", "seq": 1,
            "data": {
                "bid": ["-0.020", "5"], "ask": ["-0.010", "9"],
                "implied": { "bid": ["-0.018", "6"], "ask": ["-0.004", "3"] },
            },
        }),
    );
    private(&mut model);
    model.take_actions();
    model
}

fn private(model: &mut Model) {
    stream(
        model,
        json!({
            "channel": "fills", "kind": "fill", "acct_seq": 12,
            "data": {
                "exec_id": "X1b", "trade_id": "T1", "order_id": "O9", "client_order_id": "mine-9",
                "symbol": "H100-US-2027M03", "side": "buy", "price": "2.399", "qty": "10",
                "liquidity": "taker", "fee": "15.000", "fee_ccy": "USD", "cum_qty": "10",
                "leaves_qty": "0", "order_state": "filled", "eseq": 9,
                "eng_ns": "1803859200000000000",
            },
        }),
    );
    stream(
        model,
        json!({
            "channel": "positions", "kind": "snapshot", "acct_seq": 12,
            "data": [
                { "symbol": "H100-US-2027M03", "net_qty": "10", "carry_px": "2.399000",
                  "settle": "2.400", "variation": "595.200" },
                { "symbol": "H100-US-2027M04", "net_qty": "-4", "carry_px": null,
                  "settle": "2.400", "variation": "-1200.000" },
            ],
        }),
    );
    stream(
        model,
        json!({
            "channel": "margin", "kind": "margin", "acct_seq": 12,
            "data": {
                "cash": "100000.000", "escrow": "0.000", "variation": "-604.800",
                "available": "99395.200", "initial": "24848.800", "maintenance": "19879.000",
                "delivery": "0.000", "concentration": "0.000", "scenario": 5,
            "scenario_name": "down",
            },
        }),
    );
    stream(
        model,
        json!({
            "channel": "obligations", "kind": "obligation", "acct_seq": 12,
            "data": {
                "obligation_id": "OB-7", "symbol": "H100-US-2027M01", "role": "receive", "lots": "8",
                "price": "2.400", "gpu_hours": "47616", "delivered_gpu_hours": "23808",
                "shortfall_gpu_hours": "96", "window_start_ns": "1798761600000000000",
                "window_end_ns": "1801440000000000000", "state": "delivering", "nodes": "8",
                "nodes_down": "1", "paid": "57139.200", "penalty_accrued": "0.000",
                "novated_to": "CCP",
            },
        }),
    );
}

#[test]
fn each_view_is_as_agreed() {
    let mut model = busy();
    for (key, name) in [
        ("1", "curve.txt"),
        ("2", "ladder.txt"),
        ("3", "spreads.txt"),
        ("4", "positions.txt"),
        ("5", "orders.txt"),
        ("6", "delivery.txt"),
        ("?", "keys.txt"),
    ] {
        press(&mut model, key);
        check(name, &model);
    }
}

#[test]
fn a_ticket_shows_four_units_and_the_exchanges_own_preview() {
    let mut model = busy();
    press(&mut model, "2b");
    let margin = |initial: &str| {
        json!({
            "cash": "100000.000", "escrow": "0.000", "variation": "0.000",
            "available": "99395.200", "initial": initial, "maintenance": initial,
            "delivery": "0.000", "concentration": "0.000", "scenario": 5,
            "scenario_name": "down",
        })
    };
    let preview = json!({
        "symbol": "H100-US-2027M03", "limit": "2.398", "fill_qty": "0", "fill_avg_px": null,
        "fill_worst_px": null, "rest_qty": "8", "gpu_hours": "47616", "notional": "114183.168",
        "fee": "0.000", "before": margin("24848.800"), "after": margin("39133.600"),
        "liquidation_px": "1.912", "seq": 4,
    });
    let answer = Told::Answer(crate::terminal::line::Purpose::Preview(1), Ok(preview));
    model.hear(Source::Trade, answer, Duration::from_millis(200));
    check("ticket.txt", &model);
    press(&mut model, "\n");
    stream(&mut model, order("O2", "new", "open", 14));
    check("ticket_heard.txt", &model);
}

#[test]
fn the_scenarios_of_margin_are_asked_for_while_they_are_looked_at() {
    use crate::terminal::line::Purpose;
    use crate::terminal::model::Action;
    let mut model = busy();
    let asked = |model: &mut Model, at: u64| {
        model.tick(Duration::from_millis(at));
        let is_it =
            |action: &Action| matches!(action, Action::Wish(_, Wish::Ask(Purpose::Scenarios, _)));
        model.take_actions().iter().filter(|action| is_it(action)).count()
    };
    assert_eq!(asked(&mut model, 200), 0, "nobody looks");
    press(&mut model, "4");
    assert_eq!((asked(&mut model, 300), asked(&mut model, 9_000)), (1, 0), "one is on its way");
    let scenario = |(name, loss): (&str, &str)| json!({ "name": name, "loss": loss });
    let losses = [
        ("up a third", "-8282.900"),
        ("down a third", "8282.900"),
        ("up", "-24848.800"),
        ("flat", "0.000"),
        ("steeper", "1200.000"),
        ("down", "24848.800"),
    ];
    let answer = json!({
        "margin": {
            "cash": "100000.000", "escrow": "0.000", "variation": "-604.800",
            "available": "99395.200", "initial": "24848.800", "maintenance": "19879.000",
            "delivery": "0.000", "concentration": "0.000", "scenario": 5, "scenario_name": "down",
        },
        "scenarios": losses.map(scenario), "acct_seq": 12, "seq": 4,
    });
    let told = Told::Answer(Purpose::Scenarios, Ok(answer));
    model.hear(Source::Trade, told, Duration::from_millis(9_000));
    assert_eq!((asked(&mut model, 9_500), asked(&mut model, 10_100)), (0, 1), "once a second");
    book(&mut model);
    let call = json!({ "amount": "1200.000", "until_ns": "1803859200000000000" });
    stream(
        &mut model,
        json!({ "channel": "margin", "kind": "call", "acct_seq": 13, "data": call }),
    );
    check("scenarios.txt", &model);
}

#[test]
fn an_old_book_says_so_in_words_and_turns_grey() {
    let mut model = busy();
    press(&mut model, "2");
    let head = |model: &Model| shown(model, Theme::Classic).0.lines().next().map(str::to_owned);
    assert!(head(&model).is_some_and(|line| line.ends_with("book 0.0s")));
    model.tick(Duration::from_millis(3_100));
    assert!(head(&model).is_some_and(|line| line.ends_with("book 3.0s quiet")));
    model.tick(Duration::from_millis(7_100));
    assert!(head(&model).is_some_and(|line| line.ends_with("book 7.0s STALE")));
    assert!(!shown(&model, Theme::Classic).1.contains(&Color::Green), "it is greyed");
}

#[test]
fn a_book_with_a_gap_says_so_however_new_it_is() {
    let mut model = busy();
    delta(&mut model, 9, 19, &json!([]));
    assert!(shown(&model, Theme::Classic).0.contains("book 0.0s GAP"));
}

#[test]
fn a_lost_connection_says_so() {
    let mut model = busy();
    model.hear(Source::Feed, Told::Lost("1012 restart".to_owned()), Duration::ZERO);
    let text = shown(&model, Theme::Classic).0;
    assert!(text.contains("FEED LOST, connecting again"), "{text}");
    model.hear(Source::Feed, Told::Back, Duration::ZERO);
    assert!(!shown(&model, Theme::Classic).0.contains("LOST"));
}

#[test]
fn no_colour_says_the_same_without_colours_and_colour_safe_has_neither_red_nor_green() {
    let mut model = busy();
    for key in ["1", "2", "4", "6"] {
        press(&mut model, key);
        let (text, colours, _) = shown(&model, Theme::Bare);
        assert_eq!(text, shown(&model, Theme::Classic).0);
        assert_eq!(colours, [Color::Reset]);
        let (_, colours, _) = shown(&model, Theme::ColourSafe);
        assert!(!colours.contains(&Color::Red) && !colours.contains(&Color::Green));
    }
}

#[test]
fn the_mouse_finds_views_and_rows() {
    let mut model = busy();
    let hits = shown(&model, Theme::Classic).2;
    assert_eq!(hits.at(12, 1), Some(Target::View(View::Ladder)));
    assert_eq!(hits.at(3, 5), Some(Target::Row("H100-US-2027M04".to_owned())));
    assert_eq!(hits.at(3, 20), None);
    model.click(Target::Row("H100-US-2027M04".to_owned()));
    assert_eq!(model.picked(), Some("H100-US-2027M04"));
    model.click(Target::Row("H100-US-2027M04".to_owned()));
    assert_eq!(model.market().focus.symbol, "H100-US-2027M04");
}

#[test]
fn every_size_of_terminal_can_be_drawn() {
    let mut model = busy();
    for (width, height) in [(1, 1), (20, 5), (80, 24), (160, 50), (250, 80)] {
        model.resize(width, height);
        for key in "123456?".chars() {
            model.key(Key::Esc);
            model.key(Key::Char(key));
            model.tick(Duration::from_millis(200));
            let mut terminal =
                Terminal::new(TestBackend::new(width, height)).expect("a test has a screen");
            let draw = |frame: &mut Frame<'_>| drop(super::draw(frame, &model, Theme::Classic));
            terminal.draw(draw).expect("it draws");
        }
    }
}
