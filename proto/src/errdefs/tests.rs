use super::*;

fn info() -> pb::SourceInfo {
    pb::SourceInfo {
        filename: "build.yaml".into(),
        data: b"a: 1\nb: 2\n".to_vec(),
        language: "YAML".into(),
        ..Default::default()
    }
}

#[test]
fn a_source_is_encoded_like_in_go() {
    let ranges = [pb::Range {
        start: Some(pb::Position { line: 3, character: 4 }),
        end: Some(pb::Position { line: 3, character: 0 }),
    }];
    let any = Detail::Source(Source::ranges(&info(), &ranges)).to_any();
    assert_eq!(any.type_url, "github.com/moby/buildkit/errdefs.Source+json");
    assert_eq!(
        String::from_utf8(any.value).unwrap(),
        r#"{"info":{"filename":"build.yaml","data":"YTogMQpiOiAyCg==","language":"YAML"},"ranges":[{"start":{"line":3,"character":4},"end":{"line":3}}]}"#
    );
}

#[test]
fn every_detail_is_decoded_unchanged() {
    let details_in = [
        Detail::Source(Source::lines(&info(), 1, 2)),
        Detail::Source(Source::default()),
        Detail::Vertex(Vertex { digest: "sha256:00".into() }),
        Detail::FrontendCap(FrontendCap { name: "x".into() }),
        Detail::Subrequest(Subrequest { name: "y".into() }),
        Detail::Other(Any { type_url: "github.com/moby/buildkit/stack.Stack+json".into(), value: b"{}".to_vec() }),
    ];
    let status = status("no", details_in.clone());
    assert_eq!((status.code, status.message.as_str()), (2, "no"));
    assert_eq!(details(&status), details_in);
}

#[test]
fn invalid_details_are_kept() {
    for value in [&b""[..], b"3", b"{\"digest\":3}", b"\xff"] {
        let any = Any { type_url: "github.com/moby/buildkit/errdefs.Vertex+json".into(), value: value.to_vec() };
        assert_eq!(Detail::from_any(&any), Detail::Other(any));
    }
}

#[test]
fn a_null_and_a_definition_from_a_daemon_are_accepted() {
    let any = Any {
        type_url: "github.com/moby/buildkit/errdefs.Source+json".into(),
        value: br#"{"info":{"filename":"f","data":null,"definition":{"def":["AA=="]}},"ranges":[{}]}"#.to_vec(),
    };
    let Detail::Source(source) = Detail::from_any(&any) else { panic!() };
    assert_eq!(source.info.unwrap().filename, "f");
    assert_eq!(source.ranges, [Range::default()]);
}
