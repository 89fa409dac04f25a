//! What every family of models keeps to, whatever it is.

use ganglion_model::network::ModelConfig;
use rstest::rstest;

#[rstest]
#[case("bn-cnn")]
#[case("nips-cnn")]
#[case("ln")]
#[case("ln-ln")]
#[case("nonlinear-input")]
fn a_family_is_read_and_written_by_its_kind(#[case] kind: &str) {
    let read = |more: &str| toml::from_str::<ModelConfig>(&format!("kind = \"{kind}\"\n{more}"));
    let config = read("microns_per_pixel = 50").unwrap();
    assert_eq!(config.kind(), kind);
    assert_eq!(config.microns_per_pixel(), Some(50.0));
    let text = toml::to_string(&config).unwrap();
    assert!(
        text.starts_with(&format!("kind = \"{kind}\"\n")),
        "the tag comes first: {text}"
    );
    assert_eq!(toml::from_str::<ModelConfig>(&text).unwrap(), config);
    let unknown = read("windwo = 3").unwrap_err().to_string();
    // A family of one key or two is told without "one of".
    assert!(
        unknown.contains("unknown field `windwo`, expected "),
        "{unknown}"
    );
}

#[test]
fn an_unknown_kind_is_told_which_there_are() {
    let error = toml::from_str::<ModelConfig>("kind = \"bncnn\"").unwrap_err();
    let error = error.to_string();
    let expected = "unknown variant `bncnn`, expected one of `bn-cnn`, `nips-cnn`, `ln`, `glm`, `ln-ln`, \
                    `nonlinear-input`";
    assert!(error.contains(expected), "{error}");
}
