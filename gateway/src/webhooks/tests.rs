use std::sync::atomic::Ordering;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use types::AccountId;

use super::*;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn secret() -> Secret {
    Secret::parse(SECRET).expect("a secret")
}

fn letter(id: &str) -> Letter {
    Letter { id: id.to_owned(), body: r#"{"test": 2432232314}"#.to_owned() }
}

/// What the reference implementation of Standard Webhooks in Python signs.
#[test]
fn a_signature_is_that_of_the_standard() {
    let letter = letter("A-1001.88410");
    let signature = secret().sign(&letter.id, 1_614_265_330, &letter.body);
    assert_eq!(signature, "v1,x3prDBEHXVCY52wTl/YFAQAktYTWfqRewUCyc+1YSgE=");
}

#[test]
fn a_secret_has_its_form() {
    for bad in ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_AAAA", "whsec_!"] {
        assert_eq!(Secret::parse(bad), None, "{bad}");
    }
    assert_eq!(format!("{:?}", secret()), "Secret");
}

/// Answers each request with the next status and gives back what it read; then refuses.
async fn serve(statuses: Vec<u16>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook?a=1", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        let mut heard = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = vec![0; 64 << 10];
            let mut length = 0;
            while !bytes[..length].ends_with(b"}") {
                length += stream.read(&mut bytes[length..]).await.expect("a request");
            }
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("it listens");
            heard.push(String::from_utf8_lossy(&bytes[..length]).into_owned());
        }
        heard
    });
    (url, task)
}

fn hooks(url: String, attempts: u32, folder: &Path) -> (Hooks, (Carrier, Receiver<Letter>)) {
    let hook = Webhook { account: AccountId(1), url, secret: secret(), topics: Vec::new() };
    let retries = Retries { attempts, first_ms: 1, longest_ms: 5 };
    let (hooks, mut carriers) = Hooks::open(vec![hook], retries, folder);
    (hooks, carriers.pop().expect("one hook"))
}

fn counted(counts: &Counts) -> [u64; 3] {
    [&counts.sent, &counts.dead, &counts.dropped].map(|count| count.load(Ordering::Relaxed))
}

#[tokio::test]
async fn a_letter_is_tried_until_it_is_accepted_and_keeps_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, served) = serve(vec![500, 302, 204]).await;
    let (hooks, (carrier, letters)) = hooks(url, 5, folder.path());
    let counts = hooks.counts();
    hooks.of[&AccountId(1)][0].1.try_send(letter("A-1.7")).expect("there is room");
    drop(hooks);
    carrier.carry(letters).await;
    assert_eq!(counted(&counts), [1, 0, 0]);
    let heard = served.await.expect("it serves");
    assert_eq!(heard.len(), 3);
    for request in heard {
        assert!(request.starts_with("POST /hook?a=1 HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("webhook-id: A-1.7\r\n"), "{request}");
        let value = |name: &str| {
            let at = request.find(name).expect(name) + name.len();
            request[at..].split("\r\n").next().expect("a line").to_owned()
        };
        let seconds: u64 = value("webhook-timestamp: ").parse().expect("seconds");
        let body = request.split("\r\n\r\n").nth(1).expect("a body");
        assert_eq!(value("webhook-signature: "), secret().sign("A-1.7", seconds, body));
    }
}

#[tokio::test]
async fn a_letter_that_nobody_accepts_is_among_the_dead_and_the_next_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, served) = serve(vec![500, 500, 200]).await;
    let (hooks, (carrier, letters)) = hooks(url.clone(), 2, folder.path());
    let counts = hooks.counts();
    for id in ["A-1.7", "A-1.8"] {
        hooks.of[&AccountId(1)][0].1.try_send(letter(id)).expect("there is room");
    }
    drop(hooks);
    carrier.carry(letters).await;
    served.await.expect("it serves");
    assert_eq!(counted(&counts), [1, 1, 0]);
    let dead = read_dead(folder.path()).expect("a file");
    let [only] = &dead[..] else { panic!("one dead letter: {dead:?}") };
    assert_eq!(
        (only.id.as_str(), only.attempts, only.error.as_str()),
        ("A-1.7", 2, "answered 500")
    );
    assert_eq!(only.url, url);
}

#[test]
fn a_full_queue_drops_and_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let (hooks, (_carrier, _letters)) = hooks("http://127.0.0.1:1/".to_owned(), 1, folder.path());
    for n in 0..QUEUE + 3 {
        hooks.hand(&hooks.of[&AccountId(1)][0].1, letter(&format!("A-1.{n}")));
    }
    assert_eq!(counted(&hooks.counts()), [0, 0, 3]);
    assert!(read_dead(folder.path()).expect("no file").is_empty());
}
