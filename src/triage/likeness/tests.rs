//! How like two names are.

use super::*;

fn traits(name: &str, aliases: &[&str], repositories: &[&str], website: &str, organization: &str) -> Traits {
    Traits::of(&Written {
        name,
        aliases: aliases.to_vec(),
        repositories: repositories.to_vec(),
        website: Some(website),
        organizations: vec![organization],
    })
}

fn named(name: &str) -> Traits {
    traits(name, &[], &[], "", "")
}

/// `None`: not alike; else whether it is beyond doubt.
fn alike(one: &Traits, other: &Traits) -> Option<bool> {
    let there = one.likeness(other, false);
    let back = other.likeness(one, false);
    assert_eq!(there.as_ref().map(|one| one.sure), back.as_ref().map(|one| one.sure), "both ways alike");
    there.map(|likeness| likeness.sure)
}

#[test]
fn names_in_whatever_spelling() {
    for (one, other) in [
        ("X-Road", "XRoad"),
        ("DHIS2", "DHIS 2"),
        ("République numérique", "Republique Numerique"),
        ("Mojaloop", "The Mojaloop® Foundation"),
        ("MERON (Methods for Extremely Rapid Observation)", "meron"),
        ("日本", "日本"),
        ("Project", "project "),
    ] {
        assert_eq!(alike(&named(one), &named(other)), Some(true), "{one} / {other}");
    }
    for (one, other) in [
        ("CommCare", "CommonCare"),
        ("Primero", "Primero CPIMS+"),
        ("Wheelmap", "Wheel Map Frontend"),
        ("Product Catalog Management Tool", "Project Catalog Management Tool"),
    ] {
        assert_eq!(alike(&named(one), &named(other)), Some(false), "{one} / {other}");
    }
    for (one, other) in [
        ("OpenMRS", "OpenLMIS"),
        ("OpenEMR", "OpenEMS"),
        ("OpenHIE", "OpenHIM"),
        ("Sunbird Lern", "Sunbird Obsrv"),
        ("Sunbird RC", "Sunbird UCI"),
        ("OpenFn", "Open NN"),
        ("Test321", "Test123"),
        ("Digital Health Platform", "Digital"),
        ("Cord", "Cordova"),
        ("", ""),
        ("---", "***"),
    ] {
        assert_eq!(alike(&named(one), &named(other)), None, "{one} / {other}");
    }
}

#[test]
fn aliases_count_unless_they_are_anybodys() {
    let of = |name, aliases: &[&str]| traits(name, aliases, &[], "", "");
    assert_eq!(alike(&of("Open Civil Registration", &["OpenCRVS"]), &of("OpenCRVS", &[])), Some(true));
    assert_eq!(alike(&of("Health Records", &["GH; HR, Cord"]), &of("CORD", &[])), Some(false));
    assert_eq!(alike(&of("Impact Platform", &["PRISM"]), &of("Registry", &["Prism"])), Some(false));
    for alias in ["N/A", "", "none", "OH", "OPTIONAL"] {
        assert_eq!(alike(&of("One", &[alias]), &of("Two", &[alias])), None, "{alias}");
    }
}

#[test]
fn repositories_and_accounts() {
    let of = |repositories: &[&str]| traits("", &[], repositories, "", "");
    let app = of(&["https://github.com/Clinic/App.git"]);
    assert_eq!(alike(&app, &of(&["github.com/x/y", "http://www.github.com/clinic/app/"])), Some(true));
    assert_eq!(alike(&app, &of(&["https://github.com/clinic/server"])), None);
    assert_eq!(alike(&app, &of(&["https://github.com/clinic"])), Some(false));
    let website = traits("", &[], &[], "https://github.com/clinic/app", "");
    assert_eq!(alike(&app, &website), Some(true));
    for everybodys in
        ["https://github.com/DPGAlliance/dpg-standard", "https://play.google.com/store/apps/details?id=x"]
    {
        assert_eq!(alike(&of(&[everybodys]), &of(&[everybodys])), None, "{everybodys}");
    }
}

#[test]
fn a_website_may_be_that_of_an_organization() {
    let of = |name, repository, organization| {
        traits(name, &[], &[repository], "https://www.clinic.org/en/", organization)
    };
    let (one, other) = ("https://github.com/a/one", "https://github.com/a/two");
    assert_eq!(alike(&of("Records", one, ""), &of("Vaccines", other, "")), Some(true));
    assert_eq!(alike(&of("Records", one, "clinic.org"), &of("Vaccines", other, "")), Some(false));
    assert_eq!(alike(&of("Records", one, "clinic.org"), &of("Records App", other, "")), Some(false));
    assert_eq!(alike(&of("Records", "", "clinic.org"), &of("Records App", other, "")), Some(false));
    assert_eq!(alike(&of("Recordings", "", "clinic.org"), &of("Recordigns", other, "")), Some(true));
    let shared = of("Records", one, "").likeness(&of("Vaccines", other, ""), true);
    assert!(!shared.unwrap().sure);
}

#[test]
fn websites_in_one_spelling() {
    for (written, expected) in [
        ("https://www.X.org/", Some("x.org")),
        ("x.org/en-US/index.html", Some("x.org")),
        ("http://x.org/A/?b=1#c", Some("x.org/a?b=1")),
        ("https://wiki.github.io/", Some("wiki.github.io")),
        ("https://github.com/o", None),
        ("https://play.google.com/store", None),
        ("https://notgoogle.com", Some("notgoogle.com")),
        ("none", None),
        ("see our page", None),
    ] {
        assert_eq!(site(written).as_deref(), expected, "{written}");
    }
}
