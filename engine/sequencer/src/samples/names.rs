//! What the kinds of commands are called in the golden files.

use types::Command;

/// The name of a command's variant.
pub(crate) fn name(command: &Command) -> &'static str {
    match command {
        Command::OpenMarket(_) => "OpenMarket",
        Command::ClockAdvanced => "ClockAdvanced",
        Command::OpenAccount { .. } => "OpenAccount",
        Command::Deposit { .. } => "Deposit",
        Command::PlaceOrder(_) => "PlaceOrder",
        Command::AmendOrder(_) => "AmendOrder",
        Command::CancelOrder { .. } => "CancelOrder",
        Command::CancelOrders(_) => "CancelOrders",
        Command::QuoteMany(_) => "QuoteMany",
        Command::ProtectQuotes { .. } => "ProtectQuotes",
        Command::ResetQuotes { .. } => "ResetQuotes",
        Command::ThrowKillSwitch { .. } => "ThrowKillSwitch",
        Command::DefineCombination { .. } => "DefineCombination",
        Command::TradeBlock(_) => "TradeBlock",
        Command::AppointMaker { .. } => "AppointMaker",
        Command::ChangePhase { .. } => "ChangePhase",
        Command::ChangeBand { .. } => "ChangeBand",
        Command::Restarted => "Restarted",
        Command::PublishIndex { .. } => "PublishIndex",
        Command::PledgeNodes { .. } => "PledgeNodes",
        Command::MeterHour { .. } => "MeterHour",
        Command::Withdraw { .. } => "Withdraw",
        Command::AttestCapacity { .. } => "AttestCapacity",
        Command::ExemptHedger { .. } => "ExemptHedger",
        Command::JoinMember { .. } => "JoinMember",
        Command::LimitCredit { .. } => "LimitCredit",
        Command::ThrowMemberSwitch { .. } => "ThrowMemberSwitch",
        Command::RegisterNodes { .. } => "RegisterNodes",
        Command::RetireNodes { .. } => "RetireNodes",
        Command::AttestNodes { .. } => "AttestNodes",
        Command::AppointAttestor { .. } => "AppointAttestor",
        Command::PreferDelivery { .. } => "PreferDelivery",
        Command::TenderBlocks { .. } => "TenderBlocks",
        Command::ElectAlternative { .. } => "ElectAlternative",
        Command::TestNodes { .. } => "TestNodes",
        Command::ReplaceNode { .. } => "ReplaceNode",
        Command::Attest(_) => "Attest",
        Command::Administer(_) => "Administer",
        Command::Reinstate { .. } => "Reinstate",
    }
}
