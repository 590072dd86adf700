//! Finding a contract, a product or an account by its number. What was checked before is there for sure;
//! what a command names may not be.

use types::{AccountId, InstrumentId, MarketTerms, ProductId, ProductTerms, Refusal, RejectReason};

use super::account::Account;
use super::market::Market;
use super::{Exchange, index};
use crate::calendar::Calendar;

impl Exchange {
    pub(super) fn terms(&self) -> &MarketTerms {
        self.terms.as_ref().expect("commands before the market opens are refused")
    }

    pub(super) fn product(&self, id: ProductId) -> &ProductTerms {
        &self.terms().product[usize::from(id.0)]
    }

    pub(super) fn calendar(&self) -> Calendar<'_> {
        let terms = self.terms();
        Calendar { holidays: &terms.holidays, settlement_hour: terms.settlement_hour }
    }

    pub(super) fn market(&self, id: InstrumentId) -> &Market {
        &self.markets[index(id)]
    }

    pub(super) fn market_mut(&mut self, id: InstrumentId) -> &mut Market {
        &mut self.markets[index(id)]
    }

    pub(super) fn find_market(&self, id: InstrumentId) -> Result<&Market, Refusal> {
        self.markets.get(index(id)).ok_or(RejectReason::UnknownInstrument.into())
    }

    pub(super) fn find_account(&self, id: AccountId) -> Result<&Account, Refusal> {
        let account = self.accounts.get(&id).filter(|_| !id.is_of_house());
        account.ok_or(RejectReason::UnknownAccount.into())
    }

    pub(super) fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts.get_mut(&id).expect("an account that was found exists for ever")
    }
}
