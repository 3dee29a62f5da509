// What one would write in C for the workload of the hot path: the fates of records of up to 64 rule sets, each of one to four rules over three
// triggers. Built by the benchmark with gcc -O3 -march=native and called in the same process, in turn with the library.
//
// A rule is alive while its trigger lies at or after its cutoff; what has not happened lies after every cutoff. The fate of a record follows from which
// purposes and obligations are alive and from its facts. For an unknown trigger, which the workload does not have, these answer UNDECIDED, and the caller
// would have to think; the library decides those as well, and knows limits, evidence, all-of and any-of, field groups and consent.
#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { KEEP = 0, UNDETERMINED = 1, RESTRICT = 2, ERASE = 4, UNDECIDED = 255 };
enum { HOLD = 1, RESTRICTED = 2, RESTRICTED_FOR_CLAIMS = 4, REQUEST_OPEN = 8, ERASURE_GRANTED = 16, FACTS = 32 };
enum { SETS = 64, RULES = 4, ANSWERS = 16, CLASSES = 4 };

#define UNKNOWN INT64_MIN
#define ALIGNED __attribute__((aligned(64)))

typedef struct {
    int32_t count;
    int32_t trigger[RULES];
    int32_t obligation[RULES];
    int64_t cutoff[RULES]; // instants in ticks
    int32_t day[RULES];    // the same as days of 16 bits
} RuleSet;

typedef struct {
    RuleSet sets[SETS];

    // Without loops: four comparisons whatever the set, then the fate by answers and facts.
    int64_t four_cutoff[SETS][RULES];
    uint8_t four_trigger[SETS][RULES];
    uint8_t four_fate[SETS][FACTS][ANSWERS];

    // By registers: per slot the high and low byte of 16 bits, so shifted that signed comparison orders them; per set two bits a slot for the column;
    // two planes of classes, a bit per answers; the fates by class and facts.
    uint8_t choice[64] ALIGNED;
    uint8_t instant[RULES][2][64] ALIGNED;
    uint8_t day[RULES][2][64] ALIGNED;
    uint8_t classes[2][2][64] ALIGNED;
    uint8_t fates[CLASSES * FACTS] ALIGNED;

    // By kind: a purpose is alive where some trigger lies at or after the first cutoff that a purpose has on it; obligations alike. Where there is none,
    // nothing reaches the bound.
    uint8_t kind_instant[2][3][2][64] ALIGNED;
    uint8_t kind_words[2][3][2][64] ALIGNED;
    uint8_t kind_day[2][3][2][64] ALIGNED;

    // By words: the same bounds as 16 bits, in two registers.
    int16_t instant_words[RULES][64] ALIGNED;
    uint16_t class_words[2][64] ALIGNED;
    uint16_t choice_words[64] ALIGNED;
} Tables;

static uint8_t fate_of(int purpose, int obligation, int facts) {
    if (facts & ERASURE_GRANTED) purpose = 0;
    int held = facts & (HOLD | REQUEST_OPEN);
    if (facts & RESTRICTED_FOR_CLAIMS) return RESTRICT;
    if (purpose || obligation || held) return purpose && !(facts & RESTRICTED) ? KEEP : RESTRICT;
    return ERASE;
}

static int16_t word_of(int64_t cutoff) { return (int16_t)(cutoff >> 40); }

static void split(int16_t word, uint8_t *high, uint8_t *low) {
    *high = (uint8_t)(word >> 8);
    *low = (uint8_t)(word ^ 0x80);
}

// Takes, per rule set, the number of rules and four times trigger, obligation, cutoff and day.
Tables *hot_prepare(const int64_t *described, int32_t count) {
    RuleSet sets[SETS];
    for (int s = 0; s < count; s++, described += 1 + RULES * 4) {
        sets[s].count = (int32_t)described[0];
        for (int rule = 0; rule < RULES; rule++) {
            const int64_t *of = described + 1 + rule * 4;
            sets[s].trigger[rule] = (int32_t)of[0];
            sets[s].obligation[rule] = (int32_t)of[1];
            sets[s].cutoff[rule] = of[2];
            sets[s].day[rule] = (int32_t)of[3];
        }
    }
    Tables *t = aligned_alloc(64, (sizeof(Tables) + 63) / 64 * 64);
    memset(t, 0, sizeof *t);
    memcpy(t->sets, sets, sizeof(RuleSet) * (size_t)count);
    for (int c = 0; c < CLASSES; c++)
        for (int f = 0; f < FACTS; f++) t->fates[c * FACTS + f] = fate_of(c & 1, c >> 1, f);
    for (int s = 0; s < count; s++) {
        const RuleSet *set = &sets[s];
        for (int kind = 0; kind < 2; kind++)
            for (int trigger = 0; trigger < 3; trigger++) {
                int64_t first = INT64_MAX;
                int32_t day = UINT16_MAX;
                int any = 0;
                for (int rule = 0; rule < set->count; rule++)
                    if (set->obligation[rule] == kind && set->trigger[rule] == trigger && (any = 1) && set->cutoff[rule] < first) {
                        first = set->cutoff[rule];
                        day = set->day[rule];
                    }
                split(any ? word_of(first) : INT16_MAX, &t->kind_instant[kind][trigger][0][s], &t->kind_instant[kind][trigger][1][s]);
                int16_t word = any ? word_of(first) : INT16_MAX;
                t->kind_words[kind][trigger][0][s] = (uint8_t)(word >> 8);
                t->kind_words[kind][trigger][1][s] = (uint8_t)word;
                split(any ? (int16_t)(day - 32768) : INT16_MAX, &t->kind_day[kind][trigger][0][s], &t->kind_day[kind][trigger][1][s]);
            }
        for (int slot = 0; slot < RULES; slot++) {
            // The rules stand last; before them, comparisons that nothing lies before.
            int rule = slot - RULES + set->count;
            int from = rule < 0 ? 0 : rule;
            t->four_cutoff[s][slot] = rule < 0 ? INT64_MIN : set->cutoff[rule];
            t->four_trigger[s][slot] = (uint8_t)set->trigger[from];
            t->choice[s] |= (uint8_t)(set->trigger[from] << (6 - 2 * slot));
            split(rule < 0 ? INT16_MIN : word_of(set->cutoff[rule]), &t->instant[slot][0][s], &t->instant[slot][1][s]);
            split((int16_t)((rule < 0 ? 0 : set->day[rule]) - 32768), &t->day[slot][0][s], &t->day[slot][1][s]);
            t->instant_words[slot][s] = rule < 0 ? INT16_MIN : word_of(set->cutoff[rule]);
        }
        t->choice_words[s] = (uint16_t)(t->choice[s] << 8);
        for (int answers = 0; answers < ANSWERS; answers++) {
            int purpose = 0, obligation = 0;
            for (int rule = 0; rule < set->count; rule++) {
                int alive = !(answers >> (set->count - 1 - rule) & 1);
                if (set->obligation[rule]) obligation |= alive;
                else purpose |= alive;
            }
            for (int f = 0; f < FACTS; f++) t->four_fate[s][f][answers] = fate_of(purpose, obligation, f);
            t->classes[0][answers >> 3][s] |= (uint8_t)(purpose << (answers & 7));
            t->classes[1][answers >> 3][s] |= (uint8_t)(obligation << (answers & 7));
            t->class_words[0][s] |= (uint16_t)(purpose << answers);
            t->class_words[1][s] |= (uint16_t)(obligation << answers);
        }
    }
    return t;
}

void hot_free(Tables *t) { free(t); }

// The obvious scalar form: rule after rule.
void hot_scalar(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    const int64_t *columns[3] = {c0, c1, c2};
    for (int64_t i = 0; i < n; i++) {
        const RuleSet *set = &t->sets[sets[i]];
        int purpose = 0, obligation = 0;
        for (int rule = 0; rule < set->count; rule++) {
            int alive = columns[set->trigger[rule]][i] >= set->cutoff[rule];
            if (set->obligation[rule]) obligation |= alive;
            else purpose |= alive;
        }
        fates[i] = fate_of(purpose, obligation, facts[i]);
    }
}

static inline uint8_t by_four(const Tables *t, uint8_t set, uint8_t facts, const int64_t *values) {
    const int64_t *cutoff = t->four_cutoff[set];
    const uint8_t *trigger = t->four_trigger[set];
    unsigned answers = values[trigger[0]] < cutoff[0];
    answers = answers * 2 + (values[trigger[1]] < cutoff[1]);
    answers = answers * 2 + (values[trigger[2]] < cutoff[2]);
    answers = answers * 2 + (values[trigger[3]] < cutoff[3]);
    return t->four_fate[set][facts & (FACTS - 1)][answers];
}

// Scalar without branches that depend on the record: four comparisons and one look-up.
void hot_scalar_tables(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        int64_t values[4] = {c0[i], c1[i], c2[i], 0};
        fates[i] = by_four(t, sets[i], facts[i], values);
    }
}

static inline uint8_t exactly(const Tables *t, int64_t i, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2) {
    int64_t values[4] = {c0[i], c1[i], c2[i], 0};
    const uint8_t *trigger = t->four_trigger[sets[i]];
    for (int slot = 0; slot < RULES; slot++)
        if (values[trigger[slot]] == UNKNOWN) return UNDECIDED;
    return by_four(t, sets[i], facts[i], values);
}


// AVX2: 32 records at once; a table of 64 is four registers, and each byte is found in one of them.
typedef struct {
    __m256i quarter[4];
} Index32;

typedef struct {
    uint8_t row[4][32] ALIGNED;
} Table32;

typedef struct {
    Table32 bounds[2][3][2], fates[2];
} Tables32;

static inline __m256i within(__m256i values, int quarter) {
    return _mm256_adds_epu8(_mm256_sub_epi8(values, _mm256_set1_epi8((char)(quarter * 16))), _mm256_set1_epi8(0x70));
}

static inline __attribute__((always_inline)) Index32 index32(__m256i values) {
    return (Index32){{within(values, 0), within(values, 1), within(values, 2), within(values, 3)}};
}

static inline __attribute__((always_inline)) __m256i lookup32(const Table32 *t, const Index32 *index) {
    __m256i a = _mm256_shuffle_epi8(_mm256_load_si256((const __m256i *)t->row[0]), index->quarter[0]);
    __m256i b = _mm256_shuffle_epi8(_mm256_load_si256((const __m256i *)t->row[1]), index->quarter[1]);
    __m256i c = _mm256_shuffle_epi8(_mm256_load_si256((const __m256i *)t->row[2]), index->quarter[2]);
    __m256i d = _mm256_shuffle_epi8(_mm256_load_si256((const __m256i *)t->row[3]), index->quarter[3]);
    return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

static void table32(Table32 *to, const uint8_t *from) {
    for (int quarter = 0; quarter < 4; quarter++) {
        memcpy(to->row[quarter], from + quarter * 16, 16);
        memcpy(to->row[quarter] + 16, from + quarter * 16, 16);
    }
}

static inline __m256i high_halves32(const int64_t *p) {
    return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_loadu_ps((const float *)p), _mm256_loadu_ps((const float *)(p + 4)), 0xDD));
}

static inline __m256i words16(const int64_t *p) {
    return _mm256_packs_epi32(_mm256_srai_epi32(high_halves32(p), 8), _mm256_srai_epi32(high_halves32(p + 8), 8));
}

static inline __attribute__((always_inline)) void split_instants32(const int64_t *p, __m256i *high, __m256i *low) {
    __m256i below = _mm256_set1_epi16(INT16_MAX - 1), first = _mm256_min_epi16(words16(p), below), second = _mm256_min_epi16(words16(p + 16), below), byte = _mm256_set1_epi16(0xFF);
    *high = _mm256_packs_epi16(_mm256_srai_epi16(first, 8), _mm256_srai_epi16(second, 8));
    *low = _mm256_xor_si256(_mm256_packus_epi16(_mm256_and_si256(first, byte), _mm256_and_si256(second, byte)), _mm256_set1_epi8((char)0x80));
}

// From memory it helps to fetch by hand what comes next: processors that look ahead for themselves stop at each page. In the cache it costs.
enum { AHEAD = 192 };

static inline __attribute__((always_inline)) void fetch(const int64_t *c0, const int64_t *c1, const int64_t *c2, int lines) {
    for (int line = 0; line < lines; line++) {
        _mm_prefetch((const char *)(c0 + 8 * line), _MM_HINT_T0);
        _mm_prefetch((const char *)(c1 + 8 * line), _MM_HINT_T0);
        _mm_prefetch((const char *)(c2 + 8 * line), _MM_HINT_T0);
    }
}

static inline __attribute__((always_inline)) void avx2_kinds(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n, int64_t ahead) {
    Tables32 rows;
    for (int kind = 0; kind < 2; kind++) {
        for (int c = 0; c < 3; c++)
            for (int byte = 0; byte < 2; byte++) table32(&rows.bounds[kind][c][byte], t->kind_instant[kind][c][byte]);
        table32(&rows.fates[kind], t->fates + kind * 64);
    }

    // Pairs of neighbours: the even ones of each lane first, then the odd ones; and back.
    const __m256i arrange = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15));
    const __m256i restore = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15));
    int64_t i = 0;
    for (; i + 32 <= n; i += 32) {
        if (ahead) fetch(c0 + i + ahead, c1 + i + ahead, c2 + i + ahead, 4);
        __m256i high[3], low[3];
        split_instants32(c0 + i, &high[0], &low[0]);
        split_instants32(c1 + i, &high[1], &low[1]);
        split_instants32(c2 + i, &high[2], &low[2]);
        __m256i set = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)(sets + i)), arrange), 0xD8);
        __m256i fact = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(_mm256_loadu_si256((const __m256i *)(facts + i)), arrange), 0xD8);
        Index32 index = index32(set);
        __m256i entry = _mm256_and_si256(fact, _mm256_set1_epi8(FACTS - 1)), tied = _mm256_setzero_si256(), alive[2];
#pragma GCC unroll 2
        for (int kind = 0; kind < 2; kind++) {
            alive[kind] = _mm256_setzero_si256();
#pragma GCC unroll 3
            for (int c = 0; c < 3; c++) {
                __m256i bh = lookup32(&rows.bounds[kind][c][0], &index), bl = lookup32(&rows.bounds[kind][c][1], &index);
                __m256i same = _mm256_cmpeq_epi8(high[c], bh);
                alive[kind] = _mm256_or_si256(alive[kind], _mm256_or_si256(_mm256_cmpgt_epi8(high[c], bh), _mm256_and_si256(same, _mm256_cmpgt_epi8(low[c], bl))));
                tied = _mm256_or_si256(tied, _mm256_and_si256(same, _mm256_cmpeq_epi8(low[c], bl)));
            }
        }
        entry = _mm256_or_si256(entry, _mm256_and_si256(alive[0], _mm256_set1_epi8(32)));
        Index32 place = index32(entry);
        __m256i fate = _mm256_blendv_epi8(lookup32(&rows.fates[0], &place), lookup32(&rows.fates[1], &place), alive[1]);
        __m256i lowest = _mm256_min_epi8(_mm256_min_epi8(high[0], high[1]), high[2]);
        tied = _mm256_or_si256(tied, _mm256_cmpeq_epi8(lowest, _mm256_set1_epi8((char)0x80)));
        fate = _mm256_shuffle_epi8(_mm256_permute4x64_epi64(_mm256_or_si256(fate, tied), 0xD8), restore);
        _mm256_storeu_si256((__m256i *)(fates + i), fate);
        for (uint32_t open = (uint32_t)_mm256_movemask_epi8(fate); __builtin_expect(open != 0, 0); open &= open - 1) {
            int64_t record = i + __builtin_ctz(open);
            fates[record] = exactly(t, record, sets, facts, c0, c1, c2);
        }
    }
    for (; i < n; i++) fates[i] = exactly(t, i, sets, facts, c0, c1, c2);
}

void hot_avx2_kinds(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    avx2_kinds(t, sets, facts, c0, c1, c2, fates, n, 0);
}

void hot_avx2_kinds_fetched(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    avx2_kinds(t, sets, facts, c0, c1, c2, fates, n, AHEAD);
}

// AVX2 by gathers: eight records at once, the upper 32 bits of each instant against those of each bound.
void hot_avx2_gathers(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    int32_t bounds[RULES][SETS], choices[SETS];
    for (int s = 0; s < SETS; s++) {
        choices[s] = t->choice[s] << 24;
        for (int slot = 0; slot < RULES; slot++) bounds[slot][s] = (int32_t)(t->four_cutoff[s][slot] >> 32);
    }
    const __m256i order = _mm256_setr_epi32(0, 1, 4, 5, 2, 3, 6, 7);
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256i set = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(sets + i))), v[3];
        const int64_t *columns[3] = {c0, c1, c2};
        for (int c = 0; c < 3; c++) v[c] = _mm256_permutevar8x32_epi32(high_halves32(columns[c] + i), order);
        __m256i choice = _mm256_i32gather_epi32(choices, set, 4), key = _mm256_setzero_si256(), tied = _mm256_setzero_si256();
#pragma GCC unroll 4
        for (int slot = 0; slot < RULES; slot++) {
            __m256 value = _mm256_blendv_ps(_mm256_castsi256_ps(v[0]), _mm256_castsi256_ps(v[1]), _mm256_castsi256_ps(_mm256_slli_epi32(choice, 1)));
            __m256i chosen = _mm256_castps_si256(_mm256_blendv_ps(value, _mm256_castsi256_ps(v[2]), _mm256_castsi256_ps(choice)));
            __m256i bound = _mm256_i32gather_epi32(bounds[slot], set, 4);
            key = _mm256_sub_epi32(_mm256_add_epi32(key, key), _mm256_cmpgt_epi32(bound, chosen));
            tied = _mm256_or_si256(tied, _mm256_cmpeq_epi32(bound, chosen));
            choice = _mm256_slli_epi32(choice, 2);
        }
        int32_t keys[8] ALIGNED;
        _mm256_store_si256((__m256i *)keys, key);
        for (int k = 0; k < 8; k++) fates[i + k] = t->four_fate[sets[i + k]][facts[i + k] & (FACTS - 1)][keys[k]];
        for (unsigned open = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(tied)); __builtin_expect(open != 0, 0); open &= open - 1)
            fates[i + __builtin_ctz(open)] = exactly(t, i + __builtin_ctz(open), sets, facts, c0, c1, c2);
    }
    for (; i < n; i++) fates[i] = exactly(t, i, sets, facts, c0, c1, c2);
}

#ifdef __AVX512VBMI__

// The order in which splitting leaves the records of 64: neighbours stay together in runs.
static void orders(int run, uint8_t *arrange, uint8_t *restore) {
    for (int i = 0; i < 64; i++) {
        int lane = i / 16, within = i % 16;
        int record = within / run * run * 4 + lane * run + within % run;
        arrange[i] = (uint8_t)record;
        restore[record] = (uint8_t)i;
    }
}

static inline __m512i high_halves(const int64_t *p) {
    return _mm512_castps_si512(_mm512_shuffle_ps(_mm512_castsi512_ps(_mm512_loadu_si512(p)), _mm512_castsi512_ps(_mm512_loadu_si512(p + 8)), 0xDD));
}

static inline __m512i words32(const int64_t *p) {
    return _mm512_packs_epi32(_mm512_srai_epi32(high_halves(p), 8), _mm512_srai_epi32(high_halves(p + 16), 8));
}

static inline void split_instants(const int64_t *p, __m512i *high, __m512i *low) {
    // What has not happened is held one below what is never reached.
    __m512i below = _mm512_set1_epi16(INT16_MAX - 1), byte = _mm512_set1_epi16(0xFF);
    __m512i first = _mm512_min_epi16(words32(p), below), second = _mm512_min_epi16(words32(p + 32), below);
    *high = _mm512_packs_epi16(_mm512_srai_epi16(first, 8), _mm512_srai_epi16(second, 8));
    *low = _mm512_xor_si512(_mm512_packus_epi16(_mm512_and_si512(first, byte), _mm512_and_si512(second, byte)), _mm512_set1_epi8((char)0x80));
}

static inline void split_days(const uint16_t *p, __m512i *high, __m512i *low) {
    __m512i below = _mm512_set1_epi16((short)(UINT16_MAX - 1));
    __m512i first = _mm512_min_epu16(_mm512_loadu_si512(p), below), second = _mm512_min_epu16(_mm512_loadu_si512(p + 32), below), byte = _mm512_set1_epi16(0xFF), sign = _mm512_set1_epi8((char)0x80);
    *high = _mm512_xor_si512(_mm512_packus_epi16(_mm512_srli_epi16(first, 8), _mm512_srli_epi16(second, 8)), sign);
    *low = _mm512_xor_si512(_mm512_packus_epi16(_mm512_and_si512(first, byte), _mm512_and_si512(second, byte)), sign);
}

// 64 records: their fates in arranged order, and which of them this leaves open.
static inline __attribute__((always_inline)) __m512i judge64(
    const Tables *t, const uint8_t bounds[RULES][2][64], int ties, __m512i set, __m512i facts, const __m512i *high, const __m512i *low, __mmask64 *open) {
    __m512i choice = _mm512_permutexvar_epi8(set, _mm512_load_si512(t->choice));
    __m512i answers = _mm512_setzero_si512(), lowest = _mm512_set1_epi8(0x7F);
    __mmask64 tied = 0, last = 0;
#pragma GCC unroll 4
    for (int slot = 0; slot < RULES; slot++) {
        __mmask64 second = _mm512_test_epi8_mask(choice, _mm512_set1_epi8((char)(1 << (6 - 2 * slot))));
        __mmask64 third = _mm512_test_epi8_mask(choice, _mm512_set1_epi8((char)(2 << (6 - 2 * slot))));
        __m512i h = _mm512_mask_mov_epi8(_mm512_mask_mov_epi8(high[0], second, high[1]), third, high[2]);
        __m512i l = _mm512_mask_mov_epi8(_mm512_mask_mov_epi8(low[0], second, low[1]), third, low[2]);
        __m512i bh = _mm512_permutexvar_epi8(set, _mm512_load_si512(bounds[slot][0]));
        __m512i bl = _mm512_permutexvar_epi8(set, _mm512_load_si512(bounds[slot][1]));
        __mmask64 same = _mm512_cmpeq_epi8_mask(h, bh);
        __mmask64 before = _mm512_cmplt_epi8_mask(h, bh) | _mm512_mask_cmplt_epi8_mask(same, l, bl);
        if (ties) tied |= _mm512_mask_cmpeq_epi8_mask(same, l, bl);
        lowest = _mm512_min_epi8(lowest, h);
        if (slot == 0) last = before;
        else answers = _mm512_mask_add_epi8(answers, before, answers, _mm512_set1_epi8((char)(8 >> slot)));
    }
    __m512i bit = _mm512_shuffle_epi8(_mm512_set1_epi64(0x8040201008040201LL), answers);
    __m512i entry = _mm512_and_si512(facts, _mm512_set1_epi8(FACTS - 1));
#pragma GCC unroll 2
    for (int plane = 0; plane < 2; plane++) {
        __m512i classes = _mm512_permutexvar_epi8(set, _mm512_load_si512(t->classes[plane][0]));
        classes = _mm512_mask_permutexvar_epi8(classes, last, set, _mm512_load_si512(t->classes[plane][1]));
        __mmask64 is_set = _mm512_test_epi8_mask(classes, bit);
        entry = _mm512_mask_add_epi8(entry, is_set, entry, _mm512_set1_epi8((char)(32 << plane)));
    }
    *open = tied | _mm512_cmpeq_epi8_mask(lowest, _mm512_set1_epi8((char)0x80));
    return _mm512_permutex2var_epi8(_mm512_load_si512(t->fates), entry, _mm512_load_si512(t->fates + 64));
}

static inline __attribute__((always_inline)) __m512i judge64_by_kind(
    const Tables *t, const uint8_t bounds[2][3][2][64], int ties, __m512i set, __m512i facts, const __m512i *high, const __m512i *low, __mmask64 *open) {
    __m512i entry = _mm512_and_si512(facts, _mm512_set1_epi8(FACTS - 1));
    __mmask64 tied = 0;
#pragma GCC unroll 2
    for (int kind = 0; kind < 2; kind++) {
        __mmask64 alive = 0;
#pragma GCC unroll 3
        for (int c = 0; c < 3; c++) {
            __m512i bh = _mm512_permutexvar_epi8(set, _mm512_load_si512(bounds[kind][c][0]));
            __m512i bl = _mm512_permutexvar_epi8(set, _mm512_load_si512(bounds[kind][c][1]));
            __mmask64 same = _mm512_cmpeq_epi8_mask(high[c], bh);
            alive |= _mm512_cmpgt_epi8_mask(high[c], bh) | _mm512_mask_cmpgt_epi8_mask(same, low[c], bl);
            if (ties) tied |= _mm512_mask_cmpeq_epi8_mask(same, low[c], bl);
            else alive |= _mm512_mask_cmpeq_epi8_mask(same, low[c], bl);
        }
        entry = _mm512_mask_add_epi8(entry, alive, entry, _mm512_set1_epi8((char)(32 << kind)));
    }
    __m512i lowest = _mm512_min_epi8(_mm512_min_epi8(high[0], high[1]), high[2]);
    *open = tied | _mm512_cmpeq_epi8_mask(lowest, _mm512_set1_epi8((char)0x80));
    return _mm512_permutex2var_epi8(_mm512_load_si512(t->fates), entry, _mm512_load_si512(t->fates + 64));
}

void hot_avx512_kinds(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    uint8_t order[2][64] ALIGNED;
    orders(2, order[0], order[1]);
    __m512i arrange = _mm512_load_si512(order[0]), restore = _mm512_load_si512(order[1]);
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
        __m512i high[3], low[3];
        split_instants(c0 + i, &high[0], &low[0]);
        split_instants(c1 + i, &high[1], &low[1]);
        split_instants(c2 + i, &high[2], &low[2]);
        __mmask64 open;
        __m512i fate = judge64_by_kind(t, t->kind_instant, 1, _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(sets + i)),
                               _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(facts + i)), high, low, &open);
        _mm512_storeu_si512(fates + i, _mm512_permutexvar_epi8(restore, fate));
        for (; __builtin_expect(open != 0, 0); open &= open - 1) {
            int64_t record = i + order[0][__builtin_ctzll(open)];
            fates[record] = exactly(t, record, sets, facts, c0, c1, c2);
        }
    }
    for (; i < n; i++) fates[i] = exactly(t, i, sets, facts, c0, c1, c2);
}

// By kind and by words: the bounds are looked up as bytes and put together; differences tell which is greater and whether they tie.
static inline __attribute__((always_inline)) void avx512_differences(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n, int64_t ahead) {
    uint8_t order[2][64] ALIGNED;
    orders(2, order[0], order[1]);
    __m512i arrange = _mm512_load_si512(order[0]), restore = _mm512_load_si512(order[1]), below = _mm512_set1_epi16(INT16_MAX - 1);
    const int64_t *columns[3] = {c0, c1, c2};
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
        if (ahead) fetch(c0 + i + ahead, c1 + i + ahead, c2 + i + ahead, 8);
        __m512i v[3][2], lowest[2], nearest[2], alive[2][2], set = _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(sets + i));
#pragma GCC unroll 3
        for (int c = 0; c < 3; c++)
#pragma GCC unroll 2
            for (int half = 0; half < 2; half++) {
                v[c][half] = _mm512_min_epi16(words32(columns[c] + i + half * 32), below);
                lowest[half] = c == 0 ? v[c][half] : _mm512_min_epi16(lowest[half], v[c][half]);
            }
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) nearest[half] = _mm512_xor_si512(lowest[half], _mm512_set1_epi16(INT16_MIN));
#pragma GCC unroll 2
        for (int kind = 0; kind < 2; kind++)
#pragma GCC unroll 3
            for (int c = 0; c < 3; c++) {
                __m512i bh = _mm512_permutexvar_epi8(set, _mm512_load_si512(t->kind_words[kind][c][0]));
                __m512i bl = _mm512_permutexvar_epi8(set, _mm512_load_si512(t->kind_words[kind][c][1]));
                __m512i d[2] = {_mm512_subs_epi16(_mm512_unpacklo_epi8(bl, bh), v[c][0]), _mm512_subs_epi16(_mm512_unpackhi_epi8(bl, bh), v[c][1])};
#pragma GCC unroll 2
                for (int half = 0; half < 2; half++) {
                    alive[kind][half] = c == 0 ? d[half] : _mm512_or_si512(alive[kind][half], d[half]);
                    nearest[half] = _mm512_min_epu16(nearest[half], d[half]);
                }
            }
        __m512i entry = _mm512_and_si512(_mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(facts + i)), _mm512_set1_epi8(FACTS - 1));
        entry = _mm512_mask_add_epi8(entry, _mm512_movepi8_mask(_mm512_packs_epi16(alive[0][0], alive[0][1])), entry, _mm512_set1_epi8(32));
        entry = _mm512_mask_add_epi8(entry, _mm512_movepi8_mask(_mm512_packs_epi16(alive[1][0], alive[1][1])), entry, _mm512_set1_epi8(64));
        __m512i near = _mm512_packs_epi16(nearest[0], nearest[1]);
        __mmask64 open = _mm512_testn_epi8_mask(near, near);
        __m512i fate = _mm512_permutex2var_epi8(_mm512_load_si512(t->fates), entry, _mm512_load_si512(t->fates + 64));
        _mm512_storeu_si512(fates + i, _mm512_permutexvar_epi8(restore, fate));
        for (; __builtin_expect(open != 0, 0); open &= open - 1) {
            int64_t record = i + order[0][__builtin_ctzll(open)];
            fates[record] = exactly(t, record, sets, facts, c0, c1, c2);
        }
    }
    for (; i < n; i++) fates[i] = exactly(t, i, sets, facts, c0, c1, c2);
}

void hot_avx512_differences(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    avx512_differences(t, sets, facts, c0, c1, c2, fates, n, 0);
}

void hot_avx512_differences_fetched(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    avx512_differences(t, sets, facts, c0, c1, c2, fates, n, AHEAD);
}

void hot_avx512_instants(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    uint8_t order[2][64] ALIGNED;
    orders(2, order[0], order[1]);
    __m512i arrange = _mm512_load_si512(order[0]), restore = _mm512_load_si512(order[1]);
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
        __m512i high[3], low[3];
        split_instants(c0 + i, &high[0], &low[0]);
        split_instants(c1 + i, &high[1], &low[1]);
        split_instants(c2 + i, &high[2], &low[2]);
        __mmask64 open;
        __m512i fate = judge64(t, t->instant, 1, _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(sets + i)),
                               _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(facts + i)), high, low, &open);
        _mm512_storeu_si512(fates + i, _mm512_permutexvar_epi8(restore, fate));
        for (; __builtin_expect(open != 0, 0); open &= open - 1) {
            int64_t record = i + order[0][__builtin_ctzll(open)];
            fates[record] = exactly(t, record, sets, facts, c0, c1, c2);
        }
    }
    for (; i < n; i++) fates[i] = exactly(t, i, sets, facts, c0, c1, c2);
}

void hot_avx512_days(const Tables *t, const uint8_t *sets, const uint8_t *facts, const uint16_t *c0, const uint16_t *c1, const uint16_t *c2, uint8_t *fates, int64_t n) {
    uint8_t order[2][64] ALIGNED;
    orders(8, order[0], order[1]);
    __m512i arrange = _mm512_load_si512(order[0]), restore = _mm512_load_si512(order[1]);
    for (int64_t i = 0; i + 64 <= n; i += 64) {
        __m512i high[3], low[3];
        split_days(c0 + i, &high[0], &low[0]);
        split_days(c1 + i, &high[1], &low[1]);
        split_days(c2 + i, &high[2], &low[2]);
        __mmask64 open;
        __m512i fate = judge64(t, t->day, 0, _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(sets + i)),
                               _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(facts + i)), high, low, &open);
        _mm512_storeu_si512(fates + i, _mm512_permutexvar_epi8(restore, fate));
        for (; __builtin_expect(open != 0, 0); open &= open - 1) fates[i + order[0][__builtin_ctzll(open)]] = UNDECIDED;
    }
}

void hot_avx512_days_kinds(const Tables *t, const uint8_t *sets, const uint8_t *facts, const uint16_t *c0, const uint16_t *c1, const uint16_t *c2, uint8_t *fates, int64_t n) {
    uint8_t order[2][64] ALIGNED;
    orders(8, order[0], order[1]);
    __m512i arrange = _mm512_load_si512(order[0]), restore = _mm512_load_si512(order[1]);
    for (int64_t i = 0; i + 64 <= n; i += 64) {
        __m512i high[3], low[3];
        split_days(c0 + i, &high[0], &low[0]);
        split_days(c1 + i, &high[1], &low[1]);
        split_days(c2 + i, &high[2], &low[2]);
        __mmask64 open;
        __m512i fate = judge64_by_kind(t, t->kind_day, 0, _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(sets + i)),
                                       _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(facts + i)), high, low, &open);
        _mm512_storeu_si512(fates + i, _mm512_permutexvar_epi8(restore, fate));
        for (; __builtin_expect(open != 0, 0); open &= open - 1) fates[i + order[0][__builtin_ctzll(open)]] = UNDECIDED;
    }
}

// The same by words: 32 records at once, each bound looked up in two registers of 32.
static inline __attribute__((always_inline)) __m512i lookup_words(__m512i set, const void *table) {
    return _mm512_permutex2var_epi16(_mm512_load_si512(table), set, _mm512_load_si512((const char *)table + 64));
}

static inline __attribute__((always_inline)) __m512i judge32(const Tables *t, __m512i set, __m512i v0, __m512i v1, __m512i v2, __mmask32 *open) {
    __m512i choice = lookup_words(set, t->choice_words), key = _mm512_setzero_si512(), lowest = _mm512_set1_epi16(INT16_MAX);
    __m512i nearest = _mm512_set1_epi16(-1);
#pragma GCC unroll 4
    for (int slot = 0; slot < RULES; slot++) {
        __mmask32 second = _mm512_test_epi16_mask(choice, _mm512_set1_epi16((short)(0x4000 >> 2 * slot)));
        __mmask32 third = _mm512_test_epi16_mask(choice, _mm512_set1_epi16((short)(0x8000 >> 2 * slot)));
        __m512i v = _mm512_mask_mov_epi16(_mm512_mask_mov_epi16(v0, second, v1), third, v2);
        __m512i d = _mm512_subs_epi16(v, lookup_words(set, t->instant_words[slot]));
        key = _mm512_shldi_epi16(key, d, 1);
        nearest = _mm512_min_epu16(nearest, d);
        lowest = _mm512_min_epi16(lowest, v);
    }
    *open = _mm512_testn_epi16_mask(nearest, nearest) | _mm512_cmpeq_epi16_mask(lowest, _mm512_set1_epi16(INT16_MIN));
    __m512i one = _mm512_set1_epi16(1);
    __m512i purpose = _mm512_and_si512(_mm512_srlv_epi16(lookup_words(set, t->class_words[0]), key), one);
    __m512i obligation = _mm512_and_si512(_mm512_srlv_epi16(lookup_words(set, t->class_words[1]), key), one);
    return _mm512_or_si512(_mm512_slli_epi16(purpose, 5), _mm512_slli_epi16(obligation, 6));
}

void hot_avx512_words(const Tables *t, const uint8_t *sets, const uint8_t *facts, const int64_t *c0, const int64_t *c1, const int64_t *c2, uint8_t *fates, int64_t n) {
    uint8_t order[2][64] ALIGNED;
    orders(2, order[0], order[1]);
    __m512i arrange = _mm512_load_si512(order[0]), restore = _mm512_load_si512(order[1]);
    int64_t i = 0;
    for (; i + 64 <= n; i += 64) {
        __m512i set = _mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(sets + i)), zero = _mm512_setzero_si512();
        __mmask32 open[2];
        __m512i first = judge32(t, _mm512_unpacklo_epi8(set, zero), words32(c0 + i), words32(c1 + i), words32(c2 + i), &open[0]);
        __m512i second = judge32(t, _mm512_unpackhi_epi8(set, zero), words32(c0 + i + 32), words32(c1 + i + 32), words32(c2 + i + 32), &open[1]);
        __m512i fact = _mm512_and_si512(_mm512_permutexvar_epi8(arrange, _mm512_loadu_si512(facts + i)), _mm512_set1_epi8(FACTS - 1));
        __m512i entry = _mm512_or_si512(fact, _mm512_packus_epi16(first, second));
        __m512i fate = _mm512_permutex2var_epi8(_mm512_load_si512(t->fates), entry, _mm512_load_si512(t->fates + 64));
        _mm512_storeu_si512(fates + i, _mm512_permutexvar_epi8(restore, fate));
        for (int half = 0; half < 2; half++)
            for (uint32_t rest = open[half]; __builtin_expect(rest != 0, 0); rest &= rest - 1) {
                // Words of a half are the lower or upper eight bytes of each lane of 16.
                int word = __builtin_ctz(rest);
                int64_t record = i + order[0][word / 8 * 16 + half * 8 + word % 8];
                fates[record] = exactly(t, record, sets, facts, c0, c1, c2);
            }
    }
    for (; i < n; i++) fates[i] = exactly(t, i, sets, facts, c0, c1, c2);
}

#endif
