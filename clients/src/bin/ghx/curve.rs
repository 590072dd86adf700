//! `ghx curve`: what each month, quarter and year of a product is worth.

use clients::Error;
use protocol::decimal;
use protocol::server::{CurveData, CurvePoint};

use crate::args::Common;
use crate::catalogue::Catalogue;
use crate::desk::{self, Desk};
use crate::failure::Failure;
use crate::paint::{Ink, paint};
use crate::table::Table;

/// Characters of the longest bar.
const BAR: i64 = 24;

/// Prints the curve of a product, or of each.
pub(crate) async fn run(common: &Common, product: Option<&str>) -> Result<(), Failure> {
    let mut desk = desk::feed(common).await?;
    let catalogue = Catalogue::load(&mut desk).await?;
    let products = match product {
        Some(product) => vec![catalogue.product(product)?],
        None => catalogue.products(),
    };
    for product in products {
        one(common, &mut desk, product).await?;
    }
    Ok(())
}

async fn one(common: &Common, desk: &mut Desk, product: &str) -> Result<(), Failure> {
    let event = desk.state(&format!("curve.{product}")).await?;
    if common.json {
        let text = serde_json::to_string(&event).expect("what came as JSON is JSON");
        println!("{text}");
        return Ok(());
    }
    let curve: CurveData = serde_json::from_value(event.data.unwrap_or_default())
        .map_err(|error| Error::Protocol(format!("the curve of {product}: {error}")))?;
    let index = curve.index.as_deref().unwrap_or("none");
    let title = format!("{product}  dollars per GPU-hour  index {index}");
    println!("{}", paint(Ink::Bold, &title));
    let mut table =
        Table::new(&["period", ">bid", ">ask", ">last", ">settled", ">worth", "from", ""]);
    let range = range(&curve.points)?;
    for point in &curve.points {
        table.row(&[
            tenor(&point.symbol),
            point.bid.as_deref().unwrap_or("none"),
            point.ask.as_deref().unwrap_or("none"),
            point.last.as_deref().unwrap_or("none"),
            &point.settle,
            &point.mark,
            &point.basis,
            &"=".repeat(length(mark(point)?, range)),
        ]);
    }
    table.print("nothing trades");
    Ok(())
}

/// `2027M03` of `H100-US-2027M03`.
fn tenor(symbol: &str) -> &str {
    symbol.rsplit_once('-').map_or(symbol, |(_, tenor)| tenor)
}

fn mark(point: &CurvePoint) -> Result<i64, Error> {
    decimal::parse_price(&point.mark)
        .map(|price| price.0)
        .map_err(|bad| Error::Protocol(format!("`{}`: {bad}", point.mark)))
}

/// Lowest and highest of the curve.
fn range(points: &[CurvePoint]) -> Result<(i64, i64), Error> {
    let marks = points.iter().map(mark).collect::<Result<Vec<_>, _>>()?;
    let (lowest, highest) = (marks.iter().min(), marks.iter().max());
    Ok((lowest.copied().unwrap_or(0), highest.copied().unwrap_or(0)))
}

/// The lowest price has a bar of a quarter, so that the shape of the curve fills the rest.
fn length(mark: i64, (lowest, highest): (i64, i64)) -> usize {
    let (base, room) = (BAR / 4, BAR - BAR / 4);
    let length = base + (mark - lowest) * room / (highest - lowest).max(1);
    usize::try_from(length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn bars_show_the_shape_between_lowest_and_highest() {
        assert_eq!(length(2_000, (2_000, 2_400)), 6);
        assert_eq!(length(2_200, (2_000, 2_400)), 15);
        assert_eq!(length(2_400, (2_000, 2_400)), 24);
        assert_eq!(length(2_000, (2_000, 2_000)), 6);
    }
}
