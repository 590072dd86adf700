use sequencer::Derived;

use crate::read_model::ReadModel;

#[test]
fn what_another_version_saved_is_refused_in_words() {
    let mut saved = Vec::new();
    ReadModel::default().save(&mut saved).expect("a vector takes every byte");
    assert!(ReadModel::load(ReadModel::VERSION, &saved).is_ok());
    let refused = ReadModel::load(ReadModel::VERSION + 1, &saved).expect_err("another version");
    assert!(refused.starts_with("the read model is of version "), "{refused}");
    saved.push(0);
    let refused = ReadModel::load(ReadModel::VERSION, &saved).expect_err("a byte too many");
    assert_eq!(refused, "1 bytes of the read model are left over");
}
