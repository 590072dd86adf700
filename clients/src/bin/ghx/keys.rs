//! `ghx keys`: which keys there are, and new ones.

use clients::keys as key_file;

use crate::args::Common;
use crate::failure::Failure;
use crate::table::Table;

/// Makes a key of this name for this account, or lists those there are.
pub(crate) fn run(common: &Common, new: Option<(&str, u32)>) -> Result<(), Failure> {
    let Some((name, account)) = new else { return list(common) };
    let key = key_file::create(&common.keys, name, account)?;
    println!("{} keeps the secret half; the operator's configuration needs", common.keys.display());
    println!("  id = \"{}\"\n  public = \"{}\"", key.key_id, key.public_key());
    Ok(())
}

fn list(common: &Common) -> Result<(), Failure> {
    let keys = key_file::load(&common.keys)?;
    let mut table = Table::new(&["name", ">account", "key", "public key"]);
    for (name, key) in keys.iter() {
        let account = format!("A-{}", key.account);
        table.row(&[name, &account, &key.key_id, &key.public_key()]);
    }
    table.print("the file has no keys");
    println!("trade {}\nfeed  {}", keys.trade, keys.feed);
    Ok(())
}
