/**
 * The loop of `word-table.ts` as WebAssembly text: finds the words in a piece of memory, and
 * counts each in an open-addressing table. Knows ASCII; asks what other bytes are.
 *
 * Source: Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L; in which
 * bytes words begin and end is found as in Langdale and Lemire, "Parsing Gigabytes of JSON per
 * Second", 2019, section 3.1.
 */
import compile from 'watr/compile';

/** The memory begins with 2^16 slots: a word's last eight bytes, its count, where it is kept. */
const slotBits = 16;
const slotBytes = 16;
export const countAt = 8;
/** 0: the slot is free. */
const placeAt = 12;
/** Behind the slots: those that are taken, as they were taken. */
export const orderAt = slotBytes << slotBits;
/** The different words, a newline behind each; behind them has the text its place. */
export const keptAt = orderAt + (4 << slotBits);
/** With so many words the table is full; it always has room for those of one block more. */
const enoughWords = (3 << slotBits) / 4;
export const blockBytes = 64;

/** 2^64 divided by the golden ratio; odd. */
const factor = '0x9e3779b97f4a7c15';

const source = `
(module
  ;; Which of 32 bytes from an address on belong to a letter, where some are not ASCII.
  (import "letters" "mark" (func $markForeign (param i32) (result i32)))
  (memory (export "memory") 1)
  ;; How many different words there are, and where the last one's newline is, plus 1.
  (global $words (export "words") (mut i32) (i32.const 0))
  (global $keptEnd (export "keptEnd") (mut i32) (i32.const 0))

  ;; Counts the words from $at on; returns up to where: to $end or further, or, when the table
  ;; is full, to the end of a block or the beginning of the word that goes on there.
  (func (export "count") (param $at i32) (param $end i32) (result i32)
    (local $letters i64) (local $edges i64) (local $edge i32)
    (local $start i32)
    (local $inside i64) ;; 1: the byte before belongs to a word
    (loop $block
      ;; A bit for each byte: set where a letter is, then where that changes.
      (local.set $letters (i64.or
        (call $mark (local.get $at))
        (i64.shl (call $mark (i32.add (local.get $at) (i32.const 32))) (i64.const 32))))
      (local.set $edges (i64.xor
        (local.get $letters)
        (i64.or (i64.shl (local.get $letters) (i64.const 1)) (local.get $inside))))
      (block $edgesEnd
        (loop $nextEdge
          (br_if $edgesEnd (i64.eqz (local.get $edges)))
          (local.set $edge
            (i32.add (local.get $at) (i32.wrap_i64 (i64.ctz (local.get $edges)))))
          (if (i64.eqz (local.get $inside))
            (then (local.set $start (local.get $edge)))
            (else (call $add (local.get $start) (local.get $edge))))
          (local.set $inside (i64.xor (local.get $inside) (i64.const 1)))
          ;; The lowest bit is done.
          (local.set $edges (i64.and
            (local.get $edges)
            (i64.sub (local.get $edges) (i64.const 1))))
          (br $nextEdge)))
      (local.set $at (i32.add (local.get $at) (i32.const ${blockBytes})))
      (br_if $block (i32.and
        (i32.lt_u (global.get $words) (i32.const ${enoughWords}))
        (i32.or
          (i32.lt_u (local.get $at) (local.get $end))
          (i32.wrap_i64 (local.get $inside))))))
    (select (local.get $start) (local.get $at) (i32.wrap_i64 (local.get $inside))))

  ;; A bit for each of 32 bytes: set where it belongs to a letter.
  (func $mark (param $at i32) (result i64)
    (if (v128.any_true (v128.and
          (v128.or (v128.load (local.get $at)) (v128.load offset=16 (local.get $at)))
          (i8x16.splat (i32.const 0x80))))
      (then (return (i64.extend_i32_u (call $markForeign (local.get $at))))))
    (i64.extend_i32_u (i32.or
      (call $markAscii (v128.load (local.get $at)))
      (i32.shl (call $markAscii (v128.load offset=16 (local.get $at))) (i32.const 16)))))

  ;; The same for 16 bytes: 0x20 more makes a capital small; a is 0x61.
  (func $markAscii (param $bytes v128) (result i32)
    (i8x16.bitmask (i8x16.lt_u
      (i8x16.sub
        (v128.or (local.get $bytes) (i8x16.splat (i32.const 0x20)))
        (i8x16.splat (i32.const 0x61)))
      (i8x16.splat (i32.const 26)))))

  ;; Counts the word from $start to $end - 1.
  (func $add (param $start i32) (param $end i32)
    (local $length i32) (local $last i64) (local $hash i64) (local $index i32) (local $slot i32)
    (local.set $length (i32.sub (local.get $end) (local.get $start)))
    ;; Its last eight bytes; of a shorter one without those before it.
    (local.set $last (i64.shr_u
      (i64.load (i32.sub (local.get $end) (i32.const 8)))
      (i64.extend_i32_u (select
        (i32.shl (i32.sub (i32.const 8) (local.get $length)) (i32.const 3))
        (i32.const 0)
        (i32.lt_u (local.get $length) (i32.const 8))))))
    (local.set $hash (i64.xor (local.get $last) (i64.extend_i32_u (local.get $length))))
    (if (i32.gt_u (local.get $length) (i32.const 8))
      (then (local.set $hash
        (call $mix (local.get $hash) (local.get $start) (local.get $end)))))
    ;; Multiplication spreads them over the upper bits.
    (local.set $index (i32.wrap_i64 (i64.shr_u
      (i64.mul (local.get $hash) (i64.const ${factor}))
      (i64.const ${64 - slotBits}))))
    (loop $probe
      (local.set $slot (i32.mul (local.get $index) (i32.const ${slotBytes})))
      (if (i64.eq (i64.load (local.get $slot)) (local.get $last))
        (then
          (if (if (result i32) (i32.lt_u (local.get $length) (i32.const 8))
                (then (i32.const 1))
                (else (call $isKept
                  (i32.load offset=${placeAt} (local.get $slot))
                  (local.get $start)
                  (local.get $end))))
            (then
              (i32.store offset=${countAt} (local.get $slot)
                (i32.add (i32.load offset=${countAt} (local.get $slot)) (i32.const 1)))
              (return)))))
      (if (i32.eqz (i32.load offset=${placeAt} (local.get $slot)))
        (then
          (i64.store (local.get $slot) (local.get $last))
          (i32.store offset=${countAt} (local.get $slot) (i32.const 1))
          (i32.store offset=${placeAt} (local.get $slot) (global.get $keptEnd))
          (call $keep (local.get $start) (local.get $length) (local.get $slot))
          (return)))
      (local.set $index
        (i32.and (i32.add (local.get $index) (i32.const 1)) (i32.const ${(1 << slotBits) - 1})))
      (br $probe)))

  ;; The hash of a longer word: of its other bytes, too.
  (func $mix (param $hash i64) (param $start i32) (param $end i32) (result i64)
    (local.set $end (i32.sub (local.get $end) (i32.const 8)))
    (loop $nextBytes
      (local.set $hash (i64.rotl
        (i64.mul
          (i64.xor (local.get $hash) (i64.load (local.get $start)))
          (i64.const ${factor}))
        (i64.const 32)))
      (local.set $start (i32.add (local.get $start) (i32.const 8)))
      (br_if $nextBytes (i32.lt_u (local.get $start) (local.get $end))))
    (local.get $hash))

  ;; The word is new, and has taken the slot.
  (func $keep (param $start i32) (param $length i32) (param $slot i32)
    (i32.store
      (i32.add (i32.const ${orderAt}) (i32.shl (global.get $words) (i32.const 2)))
      (local.get $slot))
    (global.set $words (i32.add (global.get $words) (i32.const 1)))
    (memory.copy (global.get $keptEnd) (local.get $start) (local.get $length))
    (global.set $keptEnd (i32.add (global.get $keptEnd) (local.get $length)))
    (i32.store8 (global.get $keptEnd) (i32.const ${'\n'.charCodeAt(0)}))
    (global.set $keptEnd (i32.add (global.get $keptEnd) (i32.const 1))))

  ;; Whether the word from $start to $end - 1, of eight bytes or more, is kept at $kept: a longer
  ;; one may end as it does.
  (func $isKept (param $kept i32) (param $start i32) (param $end i32) (result i32)
    (local $keptEnd i32)
    (local.set $keptEnd
      (i32.add (local.get $kept) (i32.sub (local.get $end) (local.get $start))))
    (loop $nextBytes
      (if (i64.ne (i64.load (local.get $kept)) (i64.load (local.get $start)))
        (then (return (i32.const 0))))
      (local.set $kept (i32.add (local.get $kept) (i32.const 8)))
      (local.set $start (i32.add (local.get $start) (i32.const 8)))
      (br_if $nextBytes
        (i32.lt_u (local.get $start) (i32.sub (local.get $end) (i32.const 8)))))
    (i32.and
      (i64.eq
        (i64.load (i32.sub (local.get $keptEnd) (i32.const 8)))
        (i64.load (i32.sub (local.get $end) (i32.const 8))))
      (i32.eq (i32.load8_u (local.get $keptEnd)) (i32.const ${'\n'.charCodeAt(0)})))))
`;

/** The module, as bytes. */
export const binary: Uint8Array = compile(source);
