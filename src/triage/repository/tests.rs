//! Addresses of repositories, and what is none.

use super::*;

#[test]
fn addresses_as_people_write_them() {
    let repository = Address::GitHub(RepositoryName::new("o", "r.x"));
    for written in [
        "https://github.com/o/r.x",
        "http://www.github.com/o/r.x/",
        "github.com/o/r.x",
        "https://github.com/o/r.x.git",
        "git@github.com:o/r.x.git",
        "git://github.com/o/r.x",
        " https://github.com/o/r.x?tab=readme#x",
    ] {
        assert_eq!(Address::read(written), repository, "{written}");
    }
    let owner = Address::GitHubOwner("o".into());
    for written in ["https://github.com/o", "https://github.com/orgs/o/repositories", "github.com/o/"] {
        assert_eq!(Address::read(written), owner, "{written}");
    }
    let inside = Address::GitHubInside(RepositoryName::new("o", "r"));
    for written in ["https://github.com/o/r/tree/main/x", "https://raw.githubusercontent.com/o/r/main/x"] {
        assert_eq!(Address::read(written), inside, "{written}");
    }
    for written in [
        "https://github.com",
        "https://github.com/topics/health",
        "https://github.com/o/r/search?q=license",
        "https://github.com/o/..%2f",
        "https://gist.github.com/o",
        "https://gist.github.com/discover",
        "https://raw.githubusercontent.com/o",
    ] {
        assert_eq!(Address::read(written), Address::GitHubPage, "{written}");
    }
    for written in [
        "https://gist.github.com/o/0123456789abcdef#file-license",
        "https://gist.github.com/0123456789abcdef",
        "https://gist.githubusercontent.com/o/0123456789abcdef/raw/0a1b2c/LICENSE",
    ] {
        assert_eq!(Address::read(written), Address::Gist, "{written}");
    }
    for (written, expected) in [
        ("https://www.GitHub.com/O/R.git/", Some("github.com/o/r")),
        ("git@github.com:o/r.git", Some("github.com/o/r")),
        ("https://github.com/o/r/tree/main/x", Some("github.com/o/r")),
        ("http://GitLab.com/a/b/C.git", Some("gitlab.com/a/b/c")),
        ("https://savannah.gnu.org/hg/?group=health", Some("savannah.gnu.org/hg?group=health")),
        ("https://github.com/o", None),
        ("https://gitlab.com/a", None),
        ("https://Codeberg.org/o/R/src/branch/main/x", Some("codeberg.org/o/r")),
        ("https://git.example.org/cgit?r=a", Some("git.example.org/cgit?r=a")),
        ("https://x.org", None),
        ("n/a", None),
    ] {
        assert_eq!(key(written).as_deref(), expected, "{written}");
    }
    for written in
        ["", "none", "a b", "https://", "javascript:alert(1)", "file:///etc/passwd", "http://localhost/a/b"]
    {
        assert_eq!(Address::read(written), Address::NotAnAddress, "{written}");
    }
}
#[test]
fn addresses_of_other_forges() {
    let forge = |host, path| Address::Forge(ForgeAddress::new(host, path).unwrap());
    let inside = |host, path| Address::ForgeInside(ForgeAddress::new(host, path).unwrap());
    let owner = |host: &str, path: &str| Address::ForgeOwner { host: host.into(), path: path.into() };
    let none = |host: &str| Address::NoRepository { host: host.into() };
    let elsewhere = |host: &str| Address::Elsewhere { host: host.into() };
    let (lab, berg, own) = ("gitlab.com", "codeberg.org", "git.example.org");
    for (written, expected) in [
        ("https://gitlab.com/a/b", forge(lab, "a/b")),
        ("http://www.GitLab.com/a/b/c.d/E.git/", forge(lab, "a/b/c.d/E")),
        ("git@gitlab.com:a/b/c.git", forge(lab, "a/b/c")),
        ("gitlab.com/a/b?tab=x#readme", forge(lab, "a/b")),
        ("ssh://git@git.example.org:2222/a/b.git", forge(own, "a/b")),
        ("https://git.example.org/a/b", forge(own, "a/b")),
        ("https://codeberg.org/o/r.git", forge(berg, "o/r")),
        ("https://gitlab.com/a/b/c/-/tree/main/docs", inside(lab, "a/b/c")),
        ("https://gitlab.com/a/b/-/blob/main/LICENSE?ref_type=heads", inside(lab, "a/b")),
        ("https://gitlab.com/a/b/tree/master", inside(lab, "a/b")),
        ("https://git.example.org/a/b/-/tree/x", inside(own, "a/b")),
        ("https://git.example.org/o/r/src/branch/main/x", inside(own, "o/r")),
        ("https://codeberg.org/o/r/issues", inside(berg, "o/r")),
        ("https://codeberg.org/o/r.git/src/tag/1", inside(berg, "o/r")),
        ("https://gitlab.com/a", owner(lab, "a")),
        ("https://gitlab.com/groups/a/b/-/group_members", owner(lab, "a/b")),
        ("https://git.example.org/groups/a", owner(own, "a")),
        ("https://codeberg.org/o", owner(berg, "o")),
        ("https://codeberg.org/o/-/packages", owner(berg, "o")),
        ("https://bitbucket.org/a", owner("bitbucket.org", "a")),
        ("https://gitlab.com", none(lab)),
        ("https://gitlab.com/explore/projects", none(lab)),
        ("https://example.org", none("example.org")),
        ("https://bitbucket.org/a/b", elsewhere("bitbucket.org")),
        ("https://git.example.org:8443/a/b", elsewhere(own)),
        ("https://git.example.org/a", elsewhere(own)),
        ("https://git.example.org/a/b?p=c", elsewhere(own)),
        ("https://git.example.org/a/%2e%2e%2fb", elsewhere(own)),
        ("https://git.example.org/a/b c", Address::NotAnAddress),
    ] {
        assert_eq!(Address::read(written), expected, "{written}");
    }
    let deep = format!("https://gitlab.com/{}", "a/".repeat(40));
    assert_eq!(Address::read(&deep), elsewhere(lab));
}

#[test]
fn files_have_their_pages() {
    let address = ForgeAddress::new("git.example.org", "a/b/c").unwrap();
    assert_eq!(
        Software::GitLab.page_of_file(&address, "feature/x", "LICENSE MIT"),
        "https://git.example.org/a/b/c/-/blob/feature/x/LICENSE%20MIT"
    );
    assert_eq!(
        Software::Forgejo.page_of_file(&address, "main", "`x`](y)"),
        "https://git.example.org/a/b/c/src/branch/main/%60x%60%5D%28y%29"
    );
}
