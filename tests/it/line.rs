//! The line: a nomination pull request becomes a checklist, labels and a route.

use crate::house::House;

/// One real nomination, from the signed webhook to the comment, the labels and the check run.
#[tokio::test]
async fn a_real_nomination_travels_the_line() {
    let house = House::open().await;
    house.repository("OpenSourceEcology/cross-platform-python-gui", Some("GPL-3.0"));
    let text = include_str!("../data/nominees/open-source-ecology.json");
    let number = house.nominate("nominees/open-source-ecology.json", text).await;
    insta::assert_snapshot!(house.page(number));
    house.close().await;
}
