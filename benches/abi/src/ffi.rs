//! The functions of the interface, `api/matching_engine_api.h` of the public benchmark.

#![allow(unsafe_code)] // a C interface: pointers come in, symbols go out

use std::cell::UnsafeCell;
use std::ffi::c_void;

use crate::matcher::{Matcher, New, Sink};
use crate::prefetch::prefetch;
use crate::report::{Packed, Report, kind};
use crate::ring::Ring;

/// `new_order_t`
#[derive(Clone, Copy)]
#[repr(C)]
pub struct NewOrder {
    order_id: u64,
    sequence_number: u64,
    price_ticks: i64,
    quantity: u32,
    side: u8,
    ioc: u8,
    reserved: [u8; 2],
}

/// `cancel_t`
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Cancel {
    order_id: u64,
    sequence_number: u64,
}

/// `modify_t`
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Modify {
    order_id: u64,
    sequence_number: u64,
    new_price_ticks: i64,
    new_quantity: u32,
    side: u8,
    reserved: [u8; 3],
}

/// `me_msg_t`
#[repr(C)]
pub struct Message {
    kind: u8,
    reserved: [u8; 7],
    body: Body,
}

#[repr(C)]
union Body {
    new: NewOrder,
    cancel: Cancel,
    modify: Modify,
}

const _: () = assert!(size_of::<NewOrder>() == 32 && size_of::<Modify>() == 32);
const _: () = assert!(size_of::<Cancel>() == 16 && size_of::<Message>() == 40);

/// `me_transport_t`
#[repr(C)]
pub struct Transport {
    create: extern "C" fn(u32) -> *mut c_void,
    push: unsafe extern "C" fn(*mut c_void, *const Report) -> i32,
    drain: unsafe extern "C" fn(*mut c_void, *mut Report, u32) -> u32,
    flush: unsafe extern "C" fn(*mut c_void),
    destroy: unsafe extern "C" fn(*mut c_void),
}

static TRANSPORT: Transport = Transport { create, push, drain, flush, destroy };

/// How many messages ahead the place of an id is fetched into the cache. Nothing is decided by it.
const AHEAD: usize = 6;

/// The engine of the process. The interface has one and calls it from one thread.
struct Engine {
    matcher: Matcher,
    outlet: Outlet,
}

/// Where reports go: into our own ring, or through the functions of another transport.
enum Outlet {
    Ring(*const Ring),
    Other(*const Transport, *mut c_void),
}

struct Cell(UnsafeCell<Option<Engine>>);

// SAFETY: the interface calls everything that touches the engine from one thread.
unsafe impl Sync for Cell {}

static ENGINE: Cell = Cell(UnsafeCell::new(None));

#[inline]
fn engine() -> &'static mut Engine {
    // SAFETY: one thread calls, and no function below calls another while it holds this.
    unsafe { (*ENGINE.0.get()).as_mut() }.expect("engine_init comes first")
}

impl Sink for Outlet {
    #[inline]
    fn about(&self, kind: u8, seq: u64, id: u64, side: u8, price: i64, quantity: u32) {
        let packed = Packed::about(kind, seq, id, side, price, quantity);
        match self {
            // SAFETY: the ring lives until `destroy`, which comes after the last message.
            Self::Ring(ring) => unsafe { &**ring }.push(packed),
            Self::Other(..) => self.send(&packed.unpack(&Packed::default())),
        }
    }

    #[inline]
    fn trade(&self, seq: u64, price: i64, quantity: u32, maker: u64, taker: u64) {
        let packed = Packed::about(kind::TRADE, seq, taker, 0, price, quantity);
        match self {
            // SAFETY: as above.
            Self::Ring(ring) => unsafe { &**ring }.push_trade(packed, maker),
            Self::Other(..) => self.send(&packed.unpack(&Packed::maker(maker))),
        }
    }
}

impl Outlet {
    #[cold]
    fn send(&self, report: &Report) {
        if let Self::Other(transport, handle) = self {
            // SAFETY: the interface promises a transport and a handle that fit each other.
            while unsafe { ((**transport).push)(*handle, report) } == 0 {
                std::hint::spin_loop();
            }
        }
    }

    fn publish(&self) {
        if let Self::Ring(ring) = self {
            // SAFETY: the ring lives until `destroy`, which comes after the last message.
            unsafe { &**ring }.publish();
        }
    }
}

extern "C" fn create(capacity: u32) -> *mut c_void {
    Box::into_raw(Box::new(Ring::new(capacity as usize))).cast()
}

unsafe extern "C" fn push(ring: *mut c_void, report: *const Report) -> i32 {
    // SAFETY: `ring` came from `create`, `report` is valid for this call.
    let (ring, report) = unsafe { (&*ring.cast::<Ring>(), &*report) };
    let Report { kind, side, sequence_number: seq, price_ticks: price, quantity, .. } = *report;
    if kind == kind::TRADE {
        let taker = Packed::about(kind, seq, report.taker_order_id, side, price, quantity);
        ring.push_trade(taker, report.maker_order_id);
    } else {
        ring.push(Packed::about(kind, seq, report.order_id, side, price, quantity));
    }
    1
}

unsafe extern "C" fn drain(ring: *mut c_void, out: *mut Report, most: u32) -> u32 {
    // SAFETY: `ring` came from `create`, and `out` has room for `most` reports.
    let (ring, out) =
        unsafe { (&*ring.cast::<Ring>(), std::slice::from_raw_parts_mut(out, most as usize)) };
    ring.drain(out) as u32
}

unsafe extern "C" fn flush(ring: *mut c_void) {
    // SAFETY: `ring` came from `create`.
    unsafe { &*ring.cast::<Ring>() }.publish();
}

unsafe extern "C" fn destroy(ring: *mut c_void) {
    // SAFETY: `ring` came from `create`, and nobody uses it any more.
    drop(unsafe { Box::from_raw(ring.cast::<Ring>()) });
}

/// Our own queue, in place of the harness's.
#[unsafe(no_mangle)]
pub extern "C" fn engine_get_transport() -> *const Transport {
    &raw const TRANSPORT
}

/// Begins a run.
#[unsafe(no_mangle)]
pub extern "C" fn engine_init(_seed: u64, transport: *const Transport, sink: *mut c_void) {
    let outlet = if std::ptr::eq(transport, &raw const TRANSPORT) {
        Outlet::Ring(sink.cast())
    } else {
        Outlet::Other(transport, sink)
    };
    // SAFETY: one thread calls, and nothing holds the engine.
    unsafe { *ENGINE.0.get() = Some(Engine { matcher: Matcher::default(), outlet }) };
}

/// Ends a run.
#[unsafe(no_mangle)]
pub extern "C" fn engine_shutdown() {
    // SAFETY: one thread calls, and nothing holds the engine.
    unsafe { *ENGINE.0.get() = None };
}

/// A new order.
///
/// # Safety
/// `order` is valid for this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_new_order(order: *const NewOrder) {
    // SAFETY: the caller promises it.
    carry_new(engine(), unsafe { &*order });
}

/// A cancellation.
///
/// # Safety
/// `cancel` is valid for this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_cancel(cancel: *const Cancel) {
    // SAFETY: the caller promises it.
    carry_cancel(engine(), unsafe { &*cancel });
}

/// A modification.
///
/// # Safety
/// `modify` is valid for this call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_modify(modify: *const Modify) {
    // SAFETY: the caller promises it.
    carry_modify(engine(), unsafe { &*modify });
}

/// Messages one after another. While one is carried out, the place where the id of a later one will
/// be looked for is fetched; no message changes how another is handled.
///
/// # Safety
/// `messages` points to `count` messages, each with the body of its kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn engine_on_batch(messages: *const Message, count: u32) {
    // SAFETY: the caller promises it.
    let messages = unsafe { std::slice::from_raw_parts(messages, count as usize) };
    let engine = engine();
    for (at, message) in messages.iter().enumerate() {
        if let Some(later) = messages.get(at + AHEAD) {
            // SAFETY: every body begins with the order's id.
            prefetch(engine.matcher.address(unsafe { later.body.cancel.order_id }));
        }
        // SAFETY: the caller promises the body of the kind.
        unsafe {
            match message.kind {
                0 => carry_new(engine, &message.body.new),
                1 => carry_cancel(engine, &message.body.cancel),
                _ => carry_modify(engine, &message.body.modify),
            }
        }
    }
    engine.outlet.publish();
}

#[inline]
fn carry_new(engine: &mut Engine, order: &NewOrder) {
    let new = New {
        id: order.order_id,
        seq: order.sequence_number,
        side: order.side,
        price: order.price_ticks,
        quantity: order.quantity,
        rests: order.ioc == 0,
    };
    engine.matcher.new_order(&new, &engine.outlet);
}

#[inline]
fn carry_cancel(engine: &mut Engine, cancel: &Cancel) {
    engine.matcher.cancel(cancel.order_id, cancel.sequence_number, &engine.outlet);
}

#[inline]
fn carry_modify(engine: &mut Engine, modify: &Modify) {
    let Modify { order_id, sequence_number, new_price_ticks, new_quantity, .. } = *modify;
    engine.matcher.modify(order_id, sequence_number, new_price_ticks, new_quantity, &engine.outlet);
}

/// Everything is matched when a message returns; what was reported becomes visible here.
#[unsafe(no_mangle)]
pub extern "C" fn engine_flush() {
    engine().outlet.publish();
}

/// The best bid, or the lowest number.
#[unsafe(no_mangle)]
pub extern "C" fn engine_query_best_bid() -> i64 {
    engine().matcher.best(0).unwrap_or(i64::MIN)
}

/// The best ask, or the highest number.
#[unsafe(no_mangle)]
pub extern "C" fn engine_query_best_ask() -> i64 {
    engine().matcher.best(1).unwrap_or(i64::MAX)
}

/// What rests at a price.
#[unsafe(no_mangle)]
pub extern "C" fn engine_query_depth_at(price_ticks: i64, side: u8) -> u64 {
    engine().matcher.depth_at(price_ticks, side)
}
