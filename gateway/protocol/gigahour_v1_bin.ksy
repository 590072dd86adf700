# The binary messages of the subprotocol gigahour.v1.bin, for Kaitai Struct.
# Golden bytes: golden/binary.txt. Words about each field: PROTOCOL.md, section 18.
meta:
  id: gigahour_v1_bin
  title: Gigahour binary messages, version 1
  endian: le
seq:
  - id: messages
    type: message
    repeat: eos
types:
  message:
    seq:
      - {id: template, type: u2, enum: template}
      - {id: schema_rev, type: u2}
      - {id: body_len, type: u4}
      - {id: channel_no, type: u4}
      - {id: flags, type: u4, doc: "1 snapshot, 2 replay, 8 checksum, 16 implied"}
      - {id: seq, type: u8}
      - id: body
        size: body_len
        type:
          switch-on: template
          cases:
            template::book: book
            template::trades: trades
            template::fill: fill
            template::place: place
            template::cancel: cancel
            template::order_reply: order_reply
  price_level:
    seq:
      - {id: price, type: s8}
      - {id: qty, type: u8}
  level:
    seq:
      - {id: side, type: u1, enum: side}
      - {id: price, type: s8}
      - {id: qty, type: u8}
  book:
    seq:
      - {id: prev_seq, type: u8}
      - {id: eseq, type: u8}
      - {id: eng_ns, type: s8}
      - {id: crc, type: u4}
      - {id: implied, type: price_level, repeat: expr, repeat-expr: 2}
      - {id: count, type: u4}
      - {id: levels, type: level, repeat: expr, repeat-expr: count}
  trade:
    seq:
      - {id: trade_id, type: u8}
      - {id: price, type: s8}
      - {id: qty, type: u8}
      - {id: taker, type: u1, doc: "0 buy, 1 sell, 2 neither"}
      - {id: kind, type: u1, doc: "0 of the book, 1 implied, 2 a block"}
      - {id: eseq, type: u8}
      - {id: eng_ns, type: s8}
  trades:
    seq:
      - {id: prev_seq, type: u8}
      - {id: count, type: u4}
      - {id: trades, type: trade, repeat: expr, repeat-expr: count}
  fill:
    seq:
      - {id: trade_id, type: u8}
      - {id: order_id, type: u8}
      - {id: client_order_id, size: 36}
      - {id: instrument_no, type: u4}
      - {id: side, type: u1, enum: side}
      - {id: price, type: s8}
      - {id: qty, type: u8}
      - {id: liquidity, type: u1, doc: "0 maker, 1 taker, 2 auction, 3 block"}
      - {id: fee, type: s8}
      - {id: cum_qty, type: u8}
      - {id: leaves_qty, type: u8}
      - {id: order_state, type: u1, enum: order_state}
      - {id: eseq, type: u8}
      - {id: eng_ns, type: s8}
  place:
    seq:
      - {id: request_id, type: u8}
      - {id: instrument_no, type: u4}
      - {id: client_order_id, size: 36}
      - {id: side, type: u1, enum: side}
      - {id: type, type: u1, doc: "0 limit, 1 market, 2 market to limit"}
      - {id: price, type: s8}
      - {id: qty, type: u8}
      - {id: tif, type: u1, doc: "0 gtc, 1 ioc, 2 fok, 3 day"}
      - {id: bits, type: u1, doc: "1 post only, 2 reduce only, 4 slide, 8 cod is said, 16 cod"}
      - {id: stp, type: u1, doc: "0 cancel_newest, 1 cancel_oldest, 2 cancel_both, 3 decrement"}
      - {id: valid_until_ns, type: s8}
  cancel:
    seq:
      - {id: request_id, type: u8}
      - {id: order_id, type: u8}
      - {id: client_order_id, size: 36}
  order_reply:
    seq:
      - {id: request_id, type: u8}
      - {id: order_id, type: u8}
      - {id: client_order_id, size: 36}
      - {id: state, type: u1, enum: order_state}
      - {id: dup, type: u1}
      - {id: rev, type: u4}
      - {id: qty, type: u8}
      - {id: cum_qty, type: u8}
      - {id: leaves_qty, type: u8}
      - {id: eseq, type: u8}
      - {id: acct_seq, type: u8}
      - {id: in_ns, type: s8}
      - {id: eng_ns, type: s8}
      - {id: out_ns, type: s8}
enums:
  template: {1: book, 2: trades, 3: fill, 4: place, 5: cancel, 6: order_reply}
  side: {0: buy, 1: sell}
  order_state: {0: open, 1: filled, 2: canceled, 3: expired}
