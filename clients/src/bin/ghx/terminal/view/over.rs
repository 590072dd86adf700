//! What lies over the view: the keys, the ticket, the details of a row.

use protocol::client::Tif;
use protocol::server::{OrderData, OrderStateName, PreviewResult};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Wrap};
use types::{Lots, Mills, Side};

use crate::terminal::model::{Model, Over};
use crate::terminal::sheet::Ink;
use crate::terminal::theme::Theme;
use crate::terminal::ticket::{Field, Leaving, Preview, Sent, Taking, Ticket};
use crate::units;

const KEYS: &str = "\
1-6 Tab     curve, ladder, spreads, positions, orders, delivery
up down     another row; on the ladder beyond the edge the prices move
left right  another product            , .  the contract before, after
Enter       more of the row: the ladder of a contract, all of an order
b s         buy, sell: a ticket, with a preview at every key
c           cancel the order picked (asks)
X           cancel all orders (asks)
/           search a contract: m03 h200, h100-us@front, h100-us@+3m
:           a command by name
[ ]         shorter, longer spans of the price line
d g         depth 5 10 20 50; ticks of a row 1 2 5 10 20 50
C           the ladder back to the middle of the book
y           copy the table as CSV
p           freeze the screen, and go on
q           quit; Esc closes what is open

*8 (3-12)   8 lots of yours, 3 to 12 lots before them; (12) is exact
~           implied by orders of other contracts    B  a block trade";

/// Draws it, if there is something.
pub(super) fn draw(frame: &mut Frame<'_>, model: &Model, theme: Theme) {
    match &model.over {
        Over::Nothing | Over::Search(_) | Over::Palette(_) | Over::Ask(_) => {}
        Over::Help => {
            let lines = KEYS.lines().map(Line::raw).collect();
            show(frame, " keys ", lines, 74);
        }
        Over::Detail(name, told) => {
            let line = |(name, text): &(String, String)| Line::raw(format!("{name:<16}{text}"));
            show(frame, &format!(" {name} "), told.iter().map(line).collect(), 78);
        }
        Over::Ticket(ticket) => {
            let title = format!(" {} {} ", units::side(ticket.side), ticket.symbol);
            show(frame, &title, ticket_lines(ticket, theme), 74);
        }
    }
}

fn show(frame: &mut Frame<'_>, title: &str, lines: Vec<Line<'_>>, width: u16) {
    let all = frame.area();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let (width, height) = (width.min(all.width), height.min(all.height));
    let (x, y) = ((all.width - width) / 2, (all.height - height) / 2);
    let area = Rect { x, y, width, height };
    frame.render_widget(Clear, area);
    let block = Block::bordered().title(title.to_owned());
    frame.render_widget(Paragraph::new(lines).block(block).wrap(Wrap { trim: false }), area);
}

fn ticket_lines(ticket: &Ticket, theme: Theme) -> Vec<Line<'static>> {
    let mut lines = vec![
        field(ticket, theme, Field::Quantity, &ticket.quantity),
        field(ticket, theme, Field::Price, &ticket.price),
        field(ticket, theme, Field::Life, life(ticket.tif)),
        field(ticket, theme, Field::Taking, taking(ticket.taking)),
        field(ticket, theme, Field::Leaving, leaving(ticket.leaving)),
        Line::raw(""),
    ];
    match ticket.order() {
        Ok(_) => lines.extend(preview_lines(ticket, theme)),
        Err(fault) => {
            lines.push(Line::styled(fault, theme.style(Ink::Warning)));
            lines.extend(std::iter::repeat_n(Line::raw(""), 6));
        }
    }
    lines.push(Line::raw(""));
    lines.push(standing(ticket, theme));
    lines
}

fn field(ticket: &Ticket, theme: Theme, which: Field, value: &str) -> Line<'static> {
    let (name, hint) = match which {
        Field::Quantity => ("how much", "GPUs, lots, GPUh or $"),
        Field::Price => ("limit", "empty takes the market"),
        Field::Life => ("life", "space changes it"),
        Field::Taking => ("taking", "space changes it"),
        Field::Leaving => ("on leaving", "space changes it"),
    };
    let is_here = ticket.field == which;
    let (mark, cursor) = if is_here { (">", "_") } else { (" ", "") };
    let style = theme.style(if is_here { Ink::Bold } else { Ink::Plain });
    let hint = if is_here { hint } else { "" };
    Line::from(vec![
        Span::styled(format!("{mark} {name:<12}"), style),
        Span::styled(format!("{:<34}", format!("{value}{cursor}")), style),
        Span::styled(hint, theme.style(Ink::Dim)),
    ])
}

const fn life(tif: Tif) -> &'static str {
    match tif {
        Tif::Gtc => "gtc: until it is cancelled",
        Tif::Day => "day: until the daily settlement",
        Tif::Ioc => "ioc: at once, the rest is cancelled",
        Tif::Fok => "fok: at once and whole, or not",
        Tif::Gtd => "gtd: until its time",
    }
}

const fn taking(taking: Taking) -> &'static str {
    match taking {
        Taking::May => "may trade at once",
        Taking::PostOnly => "post only",
    }
}

const fn leaving(leaving: Leaving) -> &'static str {
    match leaving {
        Leaving::Stays => "stays in the book",
        Leaving::Ends => "is cancelled",
    }
}

/// Always the same number of lines, so that the form does not jump while one types.
fn preview_lines(ticket: &Ticket, theme: Theme) -> Vec<Line<'static>> {
    let lots = ticket.lots().unwrap_or(Lots::ZERO);
    let quantity = units::quantity(lots, ticket.hours);
    let mut lines = match &ticket.preview {
        Preview::Awaited => vec![Line::raw(quantity), Line::raw("asking the exchange ...")],
        Preview::Refused(words) => vec![
            Line::raw(quantity),
            Line::styled(format!("would be refused: {words}"), theme.style(Ink::Warning)),
        ],
        Preview::Shown(preview) => shown(preview, &quantity),
    };
    lines.resize(7, Line::raw(""));
    lines
}

fn shown(preview: &PreviewResult, quantity: &str) -> Vec<Line<'static>> {
    let money = |text: &str| units::money(text).unwrap_or(Mills::ZERO);
    let dollars = |text: &str| units::dollars(money(text));
    let lots = |text: &str| units::in_lots(units::lots(text).unwrap_or(Lots::ZERO));
    let fills = match (&preview.fill_avg_px, &preview.fill_worst_px) {
        (Some(average), Some(worst)) => {
            let average = units::price(average);
            format!("{} at ${average} on average, ${worst} at worst", lots(&preview.fill_qty))
        }
        (_, _) => "nothing".to_owned(),
    };
    let (before, after) = (&preview.before, &preview.after);
    let binding = match money(&after.initial).0 {
        0 => "none: nothing is at risk".to_owned(),
        _ => format!("scenario {} ({})", after.scenario, after.scenario_name),
    };
    let kept = match &preview.liquidation_px {
        Some(price) => format!("; kept until ${} when filled", units::price(price)),
        None => String::new(),
    };
    let text = [
        format!("{quantity} = {}", dollars(&preview.notional)),
        format!("fills now   {fills}"),
        format!("rests       {} at ${}", lots(&preview.rest_qty), preview.limit),
        format!("fee         {}", dollars(&preview.fee)),
        format!(
            "margin      {} now, {} with it",
            dollars(&before.initial),
            dollars(&after.initial)
        ),
        format!("cash        {} counts", dollars(&after.available)),
        format!("binding     {binding}{kept}"),
    ];
    text.map(Line::raw).into()
}

/// What is known of it, by the account's stream alone.
fn standing(ticket: &Ticket, theme: Theme) -> Line<'static> {
    match &ticket.sent {
        Sent::No => {
            let word = match ticket.side {
                Side::Buy => "Enter buys",
                Side::Sell => "Enter sells",
            };
            let text = format!("{word}   Tab next line   Esc closes   {}", ticket.id);
            Line::styled(text, theme.style(Ink::Dim))
        }
        Sent::Waiting => Line::styled(
            format!("sent as {}; waiting for the account's stream", ticket.id),
            theme.style(Ink::Warning),
        ),
        Sent::Refused(words) => Line::styled(format!("refused: {words}"), theme.style(Ink::Alarm)),
        Sent::Heard(order) => {
            Line::styled(format!("{}; Enter closes", heard(order)), theme.style(Ink::Bold))
        }
    }
}

fn heard(order: &OrderData) -> String {
    let (filled, rest) = (units::grouped(&order.cum_qty), units::grouped(&order.leaves_qty));
    match order.state {
        OrderStateName::Open => format!("{} open: {filled} filled, {rest} rest", order.order_id),
        OrderStateName::Filled => format!("{} filled: {filled} lots", order.order_id),
        OrderStateName::Canceled | OrderStateName::Expired => {
            format!("{} {}: {filled} filled, {rest} not", order.order_id, order.state.name())
        }
    }
}
