//! One native contender, the crate matchit: `bench-matchit ROUTES REQUESTS`. It speaks as bench/native/wye.c does, with
//! the kinds `id` and `params`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Requests that are timed together.
const BATCH: usize = 256;

/// The system's allocator, counted.
struct Counting;

static CALLS: AtomicU64 = AtomicU64::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Relaxed);
        System.alloc(layout)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        System.dealloc(block, layout)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Where a path lies in the one text of all paths, and what it must give.
struct Request {
    start: usize,
    end: usize,
    method: usize,
    id: i32,
    values: Vec<String>,
}

struct Requests {
    paths: String,
    list: Vec<Request>,
}

/// One router a method, chosen by its number, as wye's method numbers are.
struct Table {
    methods: Vec<String>,
    routers: Vec<matchit::Router<i32>>,
    refused: u32,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let mut table = Table {
        methods: Vec::new(),
        routers: Vec::new(),
        refused: 0,
    };
    add_routes(&mut table, &read(&arguments[1]));
    let requests = read_requests(&mut table, &read(&arguments[2]));
    print_answers(&table, &requests);
    for line in std::io::stdin().lock().lines() {
        obey(&line.unwrap(), &table, &requests);
    }
}

fn read(name: &str) -> String {
    std::fs::read_to_string(name).expect("a readable file")
}

fn say(line: String) {
    println!("{line}");
    std::io::stdout().flush().unwrap();
}

// ---------------------------------------------------------------- the table

fn add_routes(table: &mut Table, text: &str) {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    for (id, line) in lines.enumerate() {
        let (method, pattern) = line.split_once(' ').expect("METHOD pattern");
        let number = method_number(table, method);
        let added = table.routers[number].insert(convert(pattern), id as i32);
        table.refused += added.is_err() as u32;
    }
}

fn method_number(table: &mut Table, method: &str) -> usize {
    if let Some(number) = table.methods.iter().position(|known| known == method) {
        return number;
    }
    table.methods.push(method.to_string());
    table.routers.push(matchit::Router::new());
    table.methods.len() - 1
}

/// `/a/:b/*c` is `/a/{b}/{*c}` there.
fn convert(pattern: &str) -> String {
    let mut converted = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find([':', '*']) {
        converted.push_str(&rest[..at]);
        let name = &rest[at + 1..];
        let end = name
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(name.len());
        let star = if rest.as_bytes()[at] == b'*' { "*" } else { "" };
        converted.push_str(&format!("{{{star}{}}}", &name[..end]));
        rest = &name[end..];
    }
    converted + rest
}

// ---------------------------------------------------------------- the requests

fn read_requests(table: &mut Table, text: &str) -> Requests {
    let mut requests = Requests {
        paths: String::new(),
        list: Vec::new(),
    };
    for line in text.lines() {
        let mut fields = line.split('\t');
        let method = method_number(table, fields.next().expect("a method"));
        let start = requests.paths.len();
        requests.paths.push_str(fields.next().expect("a path"));
        let end = requests.paths.len();
        let id = fields.next().expect("an id").parse().expect("a number");
        let values = fields.map(str::to_string).collect();
        requests.list.push(Request {
            start,
            end,
            method,
            id,
            values,
        });
    }
    requests
}

fn print_answers(table: &Table, requests: &Requests) {
    let (mut wrong_ids, mut wrong_params) = (0, 0);
    for request in &requests.list {
        let path = &requests.paths[request.start..request.end];
        let found = table.routers[request.method].at(path).ok();
        let right = found
            .as_ref()
            .map_or(request.id < 0, |found| *found.value == request.id);
        wrong_ids += !right as u32;
        wrong_params += !(right && values_right(found, request)) as u32;
    }
    let kinds = "\"kinds\":[\"id\",\"params\"]";
    let wrong = format!("\"wrong\":{{\"id\":{wrong_ids},\"params\":{wrong_params}}}");
    say(format!("{{\"refused\":{},{wrong},{kinds}}}", table.refused));
}

fn values_right(found: Option<matchit::Match<&i32>>, request: &Request) -> bool {
    let Some(found) = found else { return true };
    found
        .params
        .iter()
        .map(|(_, value)| value)
        .eq(request.values.iter().map(String::as_str))
}

// ---------------------------------------------------------------- the work

/// On some of the requests.
type Work = fn(&Table, &str, &[Request]) -> u32;

fn work_id(table: &Table, paths: &str, requests: &[Request]) -> u32 {
    let mut sum = 0u32;
    for request in requests {
        let path = &paths[request.start..request.end];
        let found = table.routers[request.method].at(path);
        sum = sum.wrapping_add(found.map_or(-1, |found| *found.value) as u32);
    }
    sum
}

fn work_params(table: &Table, paths: &str, requests: &[Request]) -> u32 {
    let mut sum = 0u32;
    for request in requests {
        let path = &paths[request.start..request.end];
        let Ok(found) = table.routers[request.method].at(path) else {
            continue;
        };
        let lengths: usize = found.params.iter().map(|(_, value)| value.len()).sum();
        sum = sum
            .wrapping_add(*found.value as u32)
            .wrapping_add(lengths as u32);
    }
    sum
}

// ---------------------------------------------------------------- the figures

fn obey(line: &str, table: &Table, requests: &Requests) {
    let words: Vec<&str> = line.split(' ').collect();
    let work: Work = if words[1] == "params" {
        work_params
    } else {
        work_id
    };
    if words[0] == "bytes" {
        print_allocations(work, table, requests);
    } else {
        print_time(
            work,
            words[2].parse().expect("milliseconds"),
            table,
            requests,
        );
    }
}

/// Of each batch the median counts: what else the machine does hits many passes, but few batches.
fn print_time(work: Work, ms: f64, table: &Table, requests: &Requests) {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); requests.list.len().div_ceil(BATCH)];
    let mut spent = 0.0;
    while spent < ms * 1e6 || times[0].len() < 5 {
        for (batch, some) in requests.list.chunks(BATCH).enumerate() {
            let start = Instant::now();
            black_box(work(table, &requests.paths, some));
            let time = start.elapsed().as_nanos() as f64;
            spent += time;
            times[batch].push(time);
        }
    }
    let passes = times[0].len();
    let ns = times.iter_mut().map(median).sum::<f64>() / requests.list.len() as f64;
    say(format!("{{\"ns\":{ns:.3},\"passes\":{passes}}}"));
}

fn median(times: &mut Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn print_allocations(work: Work, table: &Table, requests: &Requests) {
    let before = CALLS.load(Relaxed);
    black_box(work(table, &requests.paths, &requests.list));
    say(format!("{{\"calls\":{}}}", CALLS.load(Relaxed) - before));
}
