//! The headers of the one request that gRPC checks send, in HPACK: without compression, so without tables.
//!
//! Reference: RFC 7541, section 6.2.2 (literal header field without indexing) and appendix A (static table).

/// A field whose name and value are both in the static table: `:method: POST`.
const POST: u8 = 0x80 | 3;
/// `:scheme: http`.
const HTTP: u8 = 0x80 | 6;
/// The number of `:authority` in the static table.
const AUTHORITY: u8 = 1;
/// The number of `:path`.
const PATH: u8 = 4;

/// The headers of a gRPC request.
pub(crate) fn request(authority: &str, path: &str) -> Vec<u8> {
    let mut block = vec![POST, HTTP, PATH];
    text(&mut block, path);
    block.push(AUTHORITY);
    text(&mut block, authority);
    for (name, value) in [("content-type", "application/grpc"), ("te", "trailers"), ("user-agent", "slipway-probe")] {
        block.push(0);
        text(&mut block, name);
        text(&mut block, value);
    }
    block
}

/// A text without Huffman coding. All texts here are shorter than 127 bytes, so the length is one byte.
fn text(block: &mut Vec<u8>, text: &str) {
    block.push(u8::try_from(text.len()).unwrap_or(0) & 0x7f);
    block.extend_from_slice(text.as_bytes());
}
