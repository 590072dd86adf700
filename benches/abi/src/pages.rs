//! Huge pages for what is large: the slab, the report queue, the ladders. A processor keeps track of
//! few pages at a time, and with small ones every jump through a large table costs a look-up.

#![allow(unsafe_code)] // an allocator is `unsafe` to be

use std::alloc::{GlobalAlloc, Layout, System};

/// The size of a huge page, and the least that is put on one.
const HUGE: usize = 1 << 21;

/// The system's allocator, with large blocks on huge pages where the kernel has them.
pub struct HugePages;

#[global_allocator]
static ALLOCATOR: HugePages = HugePages;

fn wide(layout: Layout) -> Layout {
    if layout.size() < HUGE {
        return layout;
    }
    layout.align_to(HUGE).unwrap_or(layout)
}

// SAFETY: every block comes from the system's allocator and goes back to it with the layout it was
// asked for with; the advice changes nothing that a program can see.
unsafe impl GlobalAlloc for HugePages {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's layout, with a larger alignment at most.
        let block = unsafe { System.alloc(wide(layout)) };
        if HUGE <= layout.size() && !block.is_null() {
            let whole = layout.size() / HUGE * HUGE;
            // SAFETY: the block is ours and that long.
            unsafe { libc::madvise(block.cast(), whole, libc::MADV_HUGEPAGE) };
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: it was allocated with the same layout made wide.
        unsafe { System.dealloc(block, wide(layout)) };
    }
}
