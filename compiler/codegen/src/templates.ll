; Templates that need no generation; see templates.rs. `$NAME`s are numbers of pyrsc-abi.

@pyrsc_rt_thread = external hidden global i8

declare {i64, i1} @llvm.sadd.with.overflow.i64(i64, i64)
declare {i64, i1} @llvm.ssub.with.overflow.i64(i64, i64)
declare {i64, i1} @llvm.smul.with.overflow.i64(i64, i64)
declare i64 @llvm.fshl.i64(i64, i64, i64)
declare i64 @llvm.umin.i64(i64, i64)
declare ptr @llvm.stacksave.p0()
declare ptr @llvm.addressofreturnaddress.p0()

; --- floats ---

define internal double @float_decode(i64 %w) #2 {
  %sum = call i64 @llvm.fshl.i64(i64 %w, i64 %w, i64 60)
  %bits = sub i64 %sum, $FLOAT_BIAS
  %d = bitcast i64 %bits to double
  ret double %d
}

define internal i64 @float_encode(double %d) #2 {
  %bits = bitcast double %d to i64
  %sum = add i64 %bits, $FLOAT_BIAS
  %w = call i64 @llvm.fshl.i64(i64 %sum, i64 %sum, i64 $FLOAT_ROTATION)
  %tag = and i64 %w, 3
  %fits = icmp eq i64 %tag, 2
  br i1 %fits, label %done, label %slow, !prof !0
done:
  ret i64 %w
slow:
  %r = call preserve_mostcc i64 @slow.float_allocate(double %d) #3
  ret i64 %r
}

; Out of line, with the ordinary convention: an LLVM 19 epilogue that only moves the stack pointer pops into a register that
; `preserve_mostcc` promises to keep, unless the function itself calls an ordinary one.
define internal i64 @cold_float_box(double %d) #1 {
  %w = call i64 @float_encode(double %d)
  ret i64 %w
}

; The value whose bits are a double's, or are a word.
define internal i64 @either_box(i64 %bits, i1 %is_float) #1 {
  br i1 %is_float, label %float, label %word
float:
  %d = bitcast i64 %bits to double
  %w = call i64 @float_encode(double %d)
  ret i64 %w
word:
  ret i64 %bits
}

define internal i64 @py_negative(i64 %v) #2 {
  %is_int = trunc i64 %v to i1
  br i1 %is_int, label %int, label %other, !prof !0
int:
  %o = call {i64, i1} @llvm.ssub.with.overflow.i64(i64 2, i64 %v)
  %r = extractvalue {i64, i1} %o, 0
  %bad = extractvalue {i64, i1} %o, 1
  br i1 %bad, label %slow, label %done, !prof !1
done:
  ret i64 %r
other:
  %tag = and i64 %v, 3
  %is_float = icmp eq i64 %tag, 2
  br i1 %is_float, label %float, label %slow, !prof !0
float:
  ; The bias leaves the sign alone, and the rotation takes it to bit 3.
  %n = xor i64 %v, 8
  ret i64 %n
slow:
  %s = call preserve_mostcc i64 @slow.number_negative(i64 %v) #3
  ret i64 %s
}

; Whether a value is a float of exactly that type.
define internal i1 @is_float(i64 %v) #2 {
  %tag = and i64 %v, 3
  %immediate = icmp eq i64 %tag, 2
  br i1 %immediate, label %yes, label %other, !prof !0
yes:
  ret i1 true
other:
  %heap = call i1 @has_shape(i64 %v, i32 $SHAPE_HEAP_FLOAT)
  ret i1 %heap
}

; The number of a float.
define internal double @float_number(i64 %v) #2 {
  %tag = and i64 %v, 3
  %immediate = icmp eq i64 %tag, 2
  br i1 %immediate, label %word, label %heap, !prof !0
word:
  %d = call double @float_decode(i64 %v)
  ret double %d
heap:
  %a = add i64 %v, $HEAP_FLOAT_NUMBER
  %p = inttoptr i64 %a to ptr
  %e = load double, ptr %p, !tbaa !21
  ret double %e
}

; --- reference counts ---

define internal void @retain(i64 %v) #2 {
  %tag = and i64 %v, 7
  %counted = icmp eq i64 %tag, 0
  br i1 %counted, label %count, label %done
count:
  %p = inttoptr i64 %v to ptr
  %n = load i32, ptr %p, !tbaa !11
  %m = add i32 %n, 1
  store i32 %m, ptr %p, !tbaa !11
  ret void
done:
  ret void
}

define internal void @release(i64 %v) #2 {
  %tag = and i64 %v, 7
  %counted = icmp eq i64 %tag, 0
  br i1 %counted, label %count, label %done
count:
  %p = inttoptr i64 %v to ptr
  %n = load i32, ptr %p, !tbaa !11
  %m = sub i32 %n, 1
  store i32 %m, ptr %p, !tbaa !11
  %zero = icmp eq i32 %m, 0
  br i1 %zero, label %free, label %done, !prof !2
free:
  call preserve_mostcc void @slow.object_deallocate(i64 %v) #3
  ret void
done:
  ret void
}

define internal void @cold_release(i64 %v) #1 {
  call void @release(i64 %v)
  ret void
}

; --- shapes ---

; Whether the value is an object of the shape.
define internal i1 @has_shape(i64 %v, i32 %shape) #2 {
  %tag = and i64 %v, 7
  %pointer = icmp eq i64 %tag, 0
  br i1 %pointer, label %object, label %no, !prof !0
object:
  %a = add i64 %v, 4
  %p = inttoptr i64 %a to ptr
  %s = load i32, ptr %p, !tbaa !12
  %same = icmp eq i32 %s, %shape
  ret i1 %same
no:
  ret i1 false
}

; --- direct calls ---

define internal ptr @function_descriptor(i64 %f) #2 {
  %a = add i64 %f, $FUNCTION_DESCRIPTOR
  %p = inttoptr i64 %a to ptr
  %d = load ptr, ptr %p, !tbaa !20
  ret ptr %d
}

define internal i32 @direct_count(ptr %d) #2 {
  %p = getelementptr i8, ptr %d, i64 $DESCRIPTOR_DIRECT_COUNT
  %n = load i32, ptr %p, !tbaa !21
  ret i32 %n
}

define internal i64 @direct_takes(ptr %d) #2 {
  %p = getelementptr i8, ptr %d, i64 $DESCRIPTOR_DIRECT_TAKES
  %n = load i32, ptr %p, !tbaa !21
  %w = zext i32 %n to i64
  ret i64 %w
}

define internal ptr @direct_entry(ptr %d) #2 {
  %p = getelementptr i8, ptr %d, i64 $DESCRIPTOR_DIRECT
  %e = load ptr, ptr %p, !tbaa !21
  ret ptr %e
}

; Drops a word that is marked: the bit `index` of `marks` is set.
define internal void @release_marked(i64 %v, i64 %marks, i64 %index) #2 {
  %s = lshr i64 %marks, %index
  %bit = trunc i64 %s to i1
  br i1 %bit, label %yes, label %no
yes:
  call void @release(i64 %v)
  ret void
no:
  ret void
}

; Counts a reference of its own for a callee that takes the argument, unless the caller hands its reference over.
define internal void @retain_taken(i64 %v, i64 %taken, i64 %given, i64 %index) #2 {
  %kept = xor i64 %given, -1
  %both = and i64 %taken, %kept
  %s = lshr i64 %both, %index
  %bit = trunc i64 %s to i1
  br i1 %bit, label %yes, label %no
yes:
  call void @retain(i64 %v)
  ret void
no:
  ret void
}

; --- truth ---

define internal i32 @py_truth(i64 %v) #2 {
  switch i64 %v, label %other [ i64 $TRUE, label %yes
                                i64 $FALSE, label %no
                                i64 $NONE, label %no ]
yes:
  ret i32 1
no:
  ret i32 0
other:
  %is_int = trunc i64 %v to i1
  br i1 %is_int, label %int, label %slow
int:
  %c = icmp ne i64 %v, 1
  %z = zext i1 %c to i32
  ret i32 %z
slow:
  %s = call preserve_mostcc i32 @slow.object_truth(i64 %v) #3
  ret i32 %s
}

define internal i32 @is_same(i64 %l, i64 %r) #2 {
  %same = icmp eq i64 %l, %r
  br i1 %same, label %yes, label %other
yes:
  ret i32 1
other:
  ; Only two heap floats or complex numbers can be the same at different addresses.
  %lr = or i64 %l, %r
  %tag = and i64 %lr, 7
  %pointers = icmp eq i64 %tag, 0
  br i1 %pointers, label %slow, label %no
slow:
  %s = call preserve_mostcc i32 @slow.object_is_same(i64 %l, i64 %r) #3
  ret i32 %s
no:
  ret i32 0
}

; --- cells and globals ---

; A closure's cell, owned.
define internal i64 @closure_cell(i64 %function, i64 %index) #2 {
  %a = add i64 %function, $FUNCTION_CLOSURE
  %p = inttoptr i64 %a to ptr
  %tuple = load i64, ptr %p, !tbaa !20
  %b = add i64 %tuple, $TUPLE_ITEMS
  %items = inttoptr i64 %b to ptr
  %q = getelementptr i64, ptr %items, i64 %index
  %cell = load i64, ptr %q, !tbaa !18
  call void @retain(i64 %cell)
  ret i64 %cell
}

; A cell's contents, owned, or 0 when it is empty (nothing is raised yet).
define internal i64 @cell_contents(i64 %cell) #2 {
  %a = add i64 %cell, $CELL_CONTENTS
  %p = inttoptr i64 %a to ptr
  %v = load i64, ptr %p, !tbaa !13
  %empty = icmp eq i64 %v, 0
  br i1 %empty, label %no, label %yes, !prof !1
yes:
  call void @retain(i64 %v)
  ret i64 %v
no:
  ret i64 0
}

define internal void @cell_store(i64 %cell, i64 %v) #2 {
  %a = add i64 %cell, $CELL_CONTENTS
  %p = inttoptr i64 %a to ptr
  %old = load i64, ptr %p, !tbaa !13
  store i64 %v, ptr %p, !tbaa !13
  %empty = icmp eq i64 %old, 0
  br i1 %empty, label %done, label %bound
bound:
  call void @release(i64 %old)
  br label %done
done:
  ret void
}

define internal i64 @global_load(i64 %function, i64 %name, ptr %cell, ptr %builtin) #2 {
  %v = load i64, ptr %cell, !tbaa !14
  %unbound = icmp eq i64 %v, $UNBOUND
  br i1 %unbound, label %other, label %found
found:
  call void @retain(i64 %v)
  ret i64 %v
other:
  %b = load ptr, ptr %builtin, !tbaa !21
  %w = load i64, ptr %b, !tbaa !14
  %neither = icmp eq i64 %w, $UNBOUND
  br i1 %neither, label %slow, label %inherited, !prof !1
inherited:
  call void @retain(i64 %w)
  ret i64 %w
slow:
  %s = call preserve_mostcc i64 @slow.global_load(i64 %function, i64 %name) #3
  ret i64 %s
}

define internal i32 @global_store(i64 %function, i64 %v, i64 %name, ptr %cell) #2 {
  %old = load i64, ptr %cell, !tbaa !14
  %unbound = icmp eq i64 %old, $UNBOUND
  br i1 %unbound, label %slow, label %bound, !prof !1
bound:
  store i64 %v, ptr %cell, !tbaa !14
  call void @release(i64 %old)
  ret i32 0
slow:
  %s = call preserve_mostcc i32 @slow.global_store(i64 %function, i64 %v, i64 %name) #3
  ret i32 %s
}

; --- attributes ---

; The way of the cache that knows the object's shape, whose type is what it was; or null.
define internal ptr @cache_way(i64 %v, ptr %cache) #2 {
  %tag = and i64 %v, 7
  %pointer = icmp eq i64 %tag, 0
  br i1 %pointer, label %object, label %no, !prof !0
object:
  %a = add i64 %v, 4
  %p = inttoptr i64 %a to ptr
  %s = load i32, ptr %p, !tbaa !12
  %sp = getelementptr i8, ptr %cache, i64 $CACHE_SHAPE
  %t = load i32, ptr %sp, !tbaa !19
  %same = icmp eq i32 %s, %t
  br i1 %same, label %version, label %further, !prof !0
further:
  %o = call preserve_mostcc ptr @further_way(i32 %s, ptr %cache)
  %none = icmp eq ptr %o, null
  br i1 %none, label %no, label %version
version:
  %way = phi ptr [ %cache, %object ], [ %o, %further ]
  %ap = getelementptr i8, ptr %way, i64 $CACHE_VERSION_ADDRESS
  %va = load ptr, ptr %ap, !tbaa !19
  %now = load i32, ptr %va, !tbaa !22
  %vp = getelementptr i8, ptr %way, i64 $CACHE_VERSION
  %then = load i32, ptr %vp, !tbaa !19
  %valid = icmp eq i32 %now, %then
  br i1 %valid, label %yes, label %no, !prof !0
yes:
  ret ptr %way
no:
  ret ptr null
}

define internal ptr @cached_slot(i64 %v, ptr %way) #2 {
  %op = getelementptr i8, ptr %way, i64 $CACHE_OFFSET
  %o = load i32, ptr %op, !tbaa !19
  %w = zext i32 %o to i64
  %a = add i64 %v, %w
  %p = inttoptr i64 %a to ptr
  ret ptr %p
}

define internal i64 @attribute_load(i64 %v, i64 %name, ptr %cache) #2 {
  %way = call ptr @cache_way(i64 %v, ptr %cache)
  %hit = icmp ne ptr %way, null
  br i1 %hit, label %fast, label %slow, !prof !0
fast:
  %p = call ptr @cached_slot(i64 %v, ptr %way)
  %r = load i64, ptr %p, !tbaa !15
  %tag = and i64 %r, 7
  %counted = icmp eq i64 %tag, 0
  br i1 %counted, label %count, label %done
count:
  ; A member of `__slots__` may be unset.
  %unset = icmp eq i64 %r, 0
  br i1 %unset, label %slow, label %set, !prof !1
set:
  %cp = inttoptr i64 %r to ptr
  %cn = load i32, ptr %cp, !tbaa !11
  %cm = add i32 %cn, 1
  store i32 %cm, ptr %cp, !tbaa !11
  br label %done
done:
  ret i64 %r
slow:
  %s = call i64 @pyrsc_rt_attribute_load(i64 %v, i64 %name, ptr %cache) #4
  ret i64 %s
}

define internal i32 @attribute_store(i64 %v, i64 %value, i64 %name, ptr %cache) #2 {
  %way = call ptr @cache_way(i64 %v, ptr %cache)
  %hit = icmp ne ptr %way, null
  br i1 %hit, label %fast, label %slow, !prof !0
fast:
  %np = getelementptr i8, ptr %way, i64 $CACHE_NEW_SHAPE
  %new = load i32, ptr %np, !tbaa !19
  %p = call ptr @cached_slot(i64 %v, ptr %way)
  %grows = icmp ne i32 %new, 0
  br i1 %grows, label %grow, label %replace
grow:
  ; A new slot: what lies there is nothing.
  store i64 %value, ptr %p, !tbaa !15
  %a = add i64 %v, 4
  %sp = inttoptr i64 %a to ptr
  store i32 %new, ptr %sp, !tbaa !12
  ret i32 0
replace:
  %old = load i64, ptr %p, !tbaa !15
  store i64 %value, ptr %p, !tbaa !15
  %tag = and i64 %old, 7
  %counted = icmp eq i64 %tag, 0
  br i1 %counted, label %count, label %done
count:
  %unset = icmp eq i64 %old, 0
  br i1 %unset, label %done, label %drop, !prof !1
drop:
  call void @release(i64 %old)
  br label %done
done:
  ret i32 0
slow:
  %s = call i32 @pyrsc_rt_attribute_store(i64 %v, i64 %value, i64 %name, ptr %cache) #4
  ret i32 %s
}

; The callable and its `self`, both owned; the first is 0 when an exception is pending.
define internal {i64, i64} @method_load(i64 %v, i64 %name, ptr %cache, ptr %pair) #2 {
  %way = call ptr @cache_way(i64 %v, ptr %cache)
  %hit = icmp ne ptr %way, null
  br i1 %hit, label %cached, label %slow, !prof !0
cached:
  %cp = getelementptr i8, ptr %way, i64 $CACHE_CELL
  %c = load ptr, ptr %cp, !tbaa !19
  ; A function, whatever kind of one: what is bound instead changes the version.
  %f = load i64, ptr %c, !tbaa !14
  call void @retain(i64 %f)
  call void @retain(i64 %v)
  %x = insertvalue {i64, i64} poison, i64 %f, 0
  %y = insertvalue {i64, i64} %x, i64 %v, 1
  ret {i64, i64} %y
slow:
  %s = call i32 @pyrsc_rt_method_load(i64 %v, i64 %name, ptr %cache, ptr %pair) #4
  %raised = icmp ne i32 %s, 0
  br i1 %raised, label %error, label %found, !prof !1
found:
  %g = load i64, ptr %pair
  %qp = getelementptr i64, ptr %pair, i64 1
  %h = load i64, ptr %qp
  %z = insertvalue {i64, i64} poison, i64 %g, 0
  %w = insertvalue {i64, i64} %z, i64 %h, 1
  ret {i64, i64} %w
error:
  ret {i64, i64} zeroinitializer
}

; --- items ---

; Where item `index` (an immediate int) lies, or null when the container is no list or tuple or the index is outside.
define internal ptr @item_place(i64 %v, i64 %index, i1 %writes) #2 {
  %is_int = trunc i64 %index to i1
  %tag = and i64 %v, 7
  %pointer = icmp eq i64 %tag, 0
  %both = and i1 %is_int, %pointer
  br i1 %both, label %object, label %no, !prof !0
object:
  %n = ashr i64 %index, 1
  %a = add i64 %v, 4
  %p = inttoptr i64 %a to ptr
  %s = load i32, ptr %p, !tbaa !12
  %is_list = icmp eq i32 %s, $SHAPE_LIST
  br i1 %is_list, label %list, label %tuple_test, !prof !0
list:
  %la = add i64 %v, $LIST_LENGTH
  %lp = inttoptr i64 %la to ptr
  %ll = load i64, ptr %lp, !tbaa !16
  %ia = add i64 %v, $LIST_ITEMS
  %ip = inttoptr i64 %ia to ptr
  %li = load ptr, ptr %ip, !tbaa !16
  br label %check
tuple_test:
  %is_tuple = icmp eq i32 %s, $SHAPE_TUPLE
  %not_writes = xor i1 %writes, true
  %ok = and i1 %is_tuple, %not_writes
  br i1 %ok, label %tuple, label %no
tuple:
  %ta = add i64 %v, $TUPLE_LENGTH
  %tp = inttoptr i64 %ta to ptr
  %tl = load i64, ptr %tp, !tbaa !18
  %ja = add i64 %v, $TUPLE_ITEMS
  %ti = inttoptr i64 %ja to ptr
  br label %check
check:
  %length = phi i64 [ %ll, %list ], [ %tl, %tuple ]
  %items = phi ptr [ %li, %list ], [ %ti, %tuple ]
  %inside = icmp ult i64 %n, %length
  br i1 %inside, label %place, label %from_end, !prof !0
from_end:
  %m = add i64 %n, %length
  %negative = icmp slt i64 %n, 0
  %in = icmp ult i64 %m, %length
  %good = and i1 %negative, %in
  br i1 %good, label %place, label %no
place:
  %i = phi i64 [ %n, %check ], [ %m, %from_end ]
  %q = getelementptr i64, ptr %items, i64 %i
  ret ptr %q
no:
  ret ptr null
}

define internal i64 @item_load(i64 %v, i64 %index) #2 {
  %p = call ptr @item_place(i64 %v, i64 %index, i1 false)
  %known = icmp ne ptr %p, null
  br i1 %known, label %fast, label %slow, !prof !0
fast:
  %r = load i64, ptr %p, !tbaa !17
  call void @retain(i64 %r)
  ret i64 %r
slow:
  %s = call i64 @pyrsc_rt_item_load(i64 %v, i64 %index) #4
  ret i64 %s
}

define internal i32 @item_store(i64 %v, i64 %index, i64 %value) #2 {
  %p = call ptr @item_place(i64 %v, i64 %index, i1 true)
  %known = icmp ne ptr %p, null
  br i1 %known, label %fast, label %slow, !prof !0
fast:
  %old = load i64, ptr %p, !tbaa !17
  store i64 %value, ptr %p, !tbaa !17
  call void @release(i64 %old)
  ret i32 0
slow:
  %s = call i32 @pyrsc_rt_item_store(i64 %v, i64 %index, i64 %value) #4
  ret i32 %s
}

define internal i32 @list_append(i64 %list, i64 %value) #2 {
  %la = add i64 %list, $LIST_LENGTH
  %lp = inttoptr i64 %la to ptr
  %n = load i64, ptr %lp, !tbaa !16
  %ca = add i64 %list, $LIST_CAPACITY
  %cp = inttoptr i64 %ca to ptr
  %c = load i64, ptr %cp, !tbaa !16
  %room = icmp ult i64 %n, %c
  br i1 %room, label %fast, label %slow, !prof !0
fast:
  %ia = add i64 %list, $LIST_ITEMS
  %ip = inttoptr i64 %ia to ptr
  %items = load ptr, ptr %ip, !tbaa !16
  %p = getelementptr i64, ptr %items, i64 %n
  store i64 %value, ptr %p, !tbaa !17
  %m = add i64 %n, 1
  store i64 %m, ptr %lp, !tbaa !16
  ret i32 0
slow:
  %s = call preserve_mostcc i32 @slow.list_append(i64 %list, i64 %value) #3
  ret i32 %s
}

; The items of a tuple or list of exactly so many, or null.
define internal ptr @items_of(i64 %v, i64 %count) #2 {
  %is_tuple = call i1 @has_shape(i64 %v, i32 $SHAPE_TUPLE)
  br i1 %is_tuple, label %tuple, label %list_test
tuple:
  %ta = add i64 %v, $TUPLE_LENGTH
  %tp = inttoptr i64 %ta to ptr
  %tl = load i64, ptr %tp, !tbaa !18
  %ja = add i64 %v, $TUPLE_ITEMS
  %ti = inttoptr i64 %ja to ptr
  br label %check
list_test:
  %is_list = call i1 @has_shape(i64 %v, i32 $SHAPE_LIST)
  br i1 %is_list, label %list, label %no
list:
  %la = add i64 %v, $LIST_LENGTH
  %lp = inttoptr i64 %la to ptr
  %ll = load i64, ptr %lp, !tbaa !16
  %ia = add i64 %v, $LIST_ITEMS
  %ip = inttoptr i64 %ia to ptr
  %li = load ptr, ptr %ip, !tbaa !16
  br label %check
check:
  %length = phi i64 [ %tl, %tuple ], [ %ll, %list ]
  %items = phi ptr [ %ti, %tuple ], [ %li, %list ]
  %fits = icmp eq i64 %length, %count
  br i1 %fits, label %yes, label %no, !prof !0
yes:
  ret ptr %items
no:
  ret ptr null
}

; --- iteration ---

define internal i64 @iterator_next(i64 %it) #2 {
  %tag = and i64 %it, 7
  %pointer = icmp eq i64 %tag, 0
  br i1 %pointer, label %object, label %slow, !prof !0
object:
  %a = add i64 %it, 4
  %p = inttoptr i64 %a to ptr
  %s = load i32, ptr %p, !tbaa !12
  switch i32 %s, label %slow [ i32 $SHAPE_LIST_ITERATOR, label %list
                               i32 $SHAPE_RANGE_ITERATOR, label %range ]
range:
  %ra = add i64 %it, $RANGE_REMAINING
  %rp = inttoptr i64 %ra to ptr
  %left = load i64, ptr %rp, !tbaa !23
  %end = icmp eq i64 %left, 0
  br i1 %end, label %stop, label %number, !prof !1
number:
  %less = sub i64 %left, 1
  store i64 %less, ptr %rp, !tbaa !23
  %na = add i64 %it, $RANGE_NEXT
  %np = inttoptr i64 %na to ptr
  %n = load i64, ptr %np, !tbaa !23
  %sa = add i64 %it, $RANGE_STEP
  %sp = inttoptr i64 %sa to ptr
  %step = load i64, ptr %sp, !tbaa !23
  %next = add i64 %n, %step
  store i64 %next, ptr %np, !tbaa !23
  %twice = shl i64 %n, 1
  %word = or i64 %twice, 1
  ret i64 %word
list:
  %qa = add i64 %it, $SEQUENCE_ITERATOR_SEQUENCE
  %qp = inttoptr i64 %qa to ptr
  %seq = load i64, ptr %qp, !tbaa !23
  ; A list, or an instance of a class that derives from it; nothing once there was no item left.
  %ended = icmp eq i64 %seq, 0
  br i1 %ended, label %slow, label %going, !prof !1
going:
  %xa = add i64 %it, $SEQUENCE_ITERATOR_INDEX
  %xp = inttoptr i64 %xa to ptr
  %i = load i64, ptr %xp, !tbaa !23
  %la = add i64 %seq, $LIST_LENGTH
  %lp = inttoptr i64 %la to ptr
  %length = load i64, ptr %lp, !tbaa !16
  %inside = icmp ult i64 %i, %length
  br i1 %inside, label %item, label %slow, !prof !0
item:
  %j = add i64 %i, 1
  store i64 %j, ptr %xp, !tbaa !23
  %ia = add i64 %seq, $LIST_ITEMS
  %ip = inttoptr i64 %ia to ptr
  %items = load ptr, ptr %ip, !tbaa !16
  %vp = getelementptr i64, ptr %items, i64 %i
  %v = load i64, ptr %vp, !tbaa !17
  call void @retain(i64 %v)
  ret i64 %v
stop:
  ret i64 $STOP
slow:
  %g = call i64 @pyrsc_rt_iterator_next(i64 %it) #4
  ret i64 %g
}

; --- polls ---

; At a function's entry: whether the stack has room and nobody asks for a poll; else what the runtime says.
define internal i32 @function_entry() #2 {
  %sp = call ptr @llvm.stacksave.p0()
  %limit = load volatile ptr, ptr getelementptr (i8, ptr @pyrsc_rt_thread, i64 $THREAD_STACK_LIMIT)
  %room = icmp ugt ptr %sp, %limit
  br i1 %room, label %go, label %slow, !prof !0
go:
  ret i32 0
slow:
  %s = call preserve_mostcc i32 @slow.function_enter() #3
  ret i32 %s
}

define internal i32 @loop_poll() #2 {
  %b = load volatile i8, ptr getelementptr (i8, ptr @pyrsc_rt_thread, i64 $THREAD_POLL)
  %quiet = icmp eq i8 %b, 0
  br i1 %quiet, label %go, label %slow, !prof !0
go:
  ret i32 0
slow:
  %s = call preserve_mostcc i32 @slow.loop_poll() #3
  ret i32 %s
}

define internal i64 @take_pending() #2 {
  %p = getelementptr i8, ptr @pyrsc_rt_thread, i64 $THREAD_PENDING
  %e = load i64, ptr %p
  store i64 0, ptr %p
  ret i64 %e
}

; --- generators ---

define internal i64 @generator_state(i64 %frame) #2 {
  %a = add i64 %frame, $GENERATOR_NEXT
  %p = inttoptr i64 %a to ptr
  %s = load i32, ptr %p, !tbaa !23
  %w = zext i32 %s to i64
  ret i64 %w
}

define internal ptr @generator_register(i64 %frame, i64 %register) #2 {
  %a = add i64 %frame, $GENERATOR_REGISTERS
  %p = inttoptr i64 %a to ptr
  %q = getelementptr i64, ptr %p, i64 %register
  ret ptr %q
}

define internal void @generator_save(i64 %frame, i64 %register, i64 %v) #2 {
  %p = call ptr @generator_register(i64 %frame, i64 %register)
  store i64 %v, ptr %p, !tbaa !23
  ret void
}

; The collector sees an empty register while the body runs: the reference is then the body's.
define internal i64 @generator_load(i64 %frame, i64 %register) #2 {
  %p = call ptr @generator_register(i64 %frame, i64 %register)
  %v = load i64, ptr %p, !tbaa !23
  store i64 $UNBOUND, ptr %p, !tbaa !23
  ret i64 %v
}

; --- attributes of functions and calls, profiles, alias sets ---

attributes #0 = { nounwind uwtable }
attributes #1 = { nounwind uwtable cold noinline "disable-tail-calls"="true" }
attributes #2 = { nounwind alwaysinline }
attributes #3 = { nounwind cold nomerge }
attributes #4 = { nounwind nomerge }
attributes #5 = { nounwind uwtable noinline memory(read) }
attributes #6 = { nounwind uwtable noinline "disable-tail-calls"="true" }
attributes #10 = { nounwind uwtable "disable-tail-calls"="true" }
; Bodies: a walk over the stack knows a function by where its body starts.
attributes #11 = { nounwind uwtable noinline "disable-tail-calls"="true" }

!0 = !{!"branch_weights", i32 2000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 2000}
!2 = !{!"branch_weights", i32 1, i32 8}

!9 = !{}
!10 = !{!"pyrsc"}
!30 = !{!"reference count", !10, i64 0}
!31 = !{!"shape", !10, i64 0}
!32 = !{!"cell contents", !10, i64 0}
!33 = !{!"global cell", !10, i64 0}
!34 = !{!"slot", !10, i64 0}
!35 = !{!"list header", !10, i64 0}
!36 = !{!"list item", !10, i64 0}
!37 = !{!"tuple", !10, i64 0}
!38 = !{!"inline cache", !10, i64 0}
!39 = !{!"function", !10, i64 0}
!40 = !{!"constant", !10, i64 0}
!41 = !{!"type version", !10, i64 0}
!42 = !{!"iterator", !10, i64 0}
!11 = !{!30, !30, i64 0}
!12 = !{!31, !31, i64 0}
!13 = !{!32, !32, i64 0}
!14 = !{!33, !33, i64 0}
!15 = !{!34, !34, i64 0}
!16 = !{!35, !35, i64 0}
!17 = !{!36, !36, i64 0}
!18 = !{!37, !37, i64 0}
!19 = !{!38, !38, i64 0}
!20 = !{!39, !39, i64 0}
!21 = !{!40, !40, i64 0}
!22 = !{!41, !41, i64 0}
!23 = !{!42, !42, i64 0}
