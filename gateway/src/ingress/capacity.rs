//! Payloads about capacity, from text to what the exchange is told.

use protocol::client::{Attest, NodeForm, OfferBlocks, Prefer, TenderForm, TestResults};
use protocol::errors::WireError;
use types::{
    AccountId, Date, GpuId, NodeEntry, NodeId, NodeTest, Preference, ProductId, Tender, Text,
};

use super::{account, invalid, nodes, quantity};

/// A node of a registration.
pub(crate) fn entry(
    form: &NodeForm,
    product: impl Fn(&str) -> Option<ProductId>,
) -> Result<NodeEntry, WireError> {
    let gpus: Option<Vec<GpuId>> = form.gpus.iter().map(|gpu| GpuId::parse(gpu)).collect();
    let gpus = gpus.and_then(|gpus| gpus.try_into().ok());
    Ok(NodeEntry {
        node: NodeId(form.node),
        product: product(&form.product)
            .ok_or_else(|| invalid("payload.nodes.product", "not a product such as H100-US"))?,
        gpus: gpus.ok_or_else(|| {
            invalid("payload.nodes.gpus", "not eight GPUs of the form GPU-8d6f1c9e-...")
        })?,
        site: text("payload.nodes.site", &form.site)?,
        zone: text("payload.nodes.zone", &form.zone)?,
        fabric: text("payload.nodes.fabric", &form.fabric)?,
        grade: form.grade,
        evidence: hash(&form.evidence)
            .ok_or_else(|| invalid("payload.nodes.evidence", "not 64 hexadecimal digits"))?,
    })
}

fn text<const N: usize>(path: &str, text: &str) -> Result<Text<N>, WireError> {
    let form = format!("not 1 to {N} characters of A-Z a-z 0-9 _ -");
    Text::new(text).ok_or_else(|| invalid(path, &form))
}

fn hash(digits: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if digits.len() != 64 || !digits.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// Whose nodes, which, and until when.
pub(crate) fn attested(attest: &Attest) -> Result<(AccountId, Vec<NodeId>, Date), WireError> {
    let until = Date::parse(&attest.until)
        .ok_or_else(|| invalid("payload.until", "not a day such as 2027-03-31"))?;
    Ok((account("payload.provider", &attest.provider)?, nodes(&attest.nodes), until))
}

/// What a buyer would like.
pub(crate) fn preference(prefer: &Prefer) -> Result<Preference, WireError> {
    let zone = prefer.zone.as_deref().map(|zone| text("payload.zone", zone)).transpose()?;
    let seller = prefer.seller.as_deref().map(|name| account("payload.seller", name));
    Ok(Preference {
        zone,
        best_grade: prefer.best_grade,
        single_fabric: prefer.single_fabric,
        seller: seller.transpose()?,
        image: prefer.image.clone(),
    })
}

/// What a seller offers.
pub(crate) fn tenders(offer: &OfferBlocks) -> Result<Vec<Tender>, WireError> {
    let tender = |form: &TenderForm| {
        let buyer = form.buyer.as_deref().map(|name| account("payload.tenders.buyer", name));
        Ok(Tender {
            fabric: text("payload.tenders.fabric", &form.fabric)?,
            lots: quantity(&form.lots)?,
            buyer: buyer.transpose()?,
        })
    };
    offer.tenders.iter().map(tender).collect()
}

/// What tests showed.
pub(crate) fn results(tested: &TestResults) -> Vec<NodeTest> {
    let result = |(node, passed): &(u32, bool)| NodeTest { node: NodeId(*node), passed: *passed };
    tested.results.iter().map(result).collect()
}
