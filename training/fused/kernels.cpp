// Layers of training on a CPU, each in as few passes over memory as it takes: a batch
// normalisation together with its activation, and a filter of each channel by itself.
//
// Planes are bfloat16, channels last; sums are float32 or wider. 16 channels are done at a time,
// in vectors of the compiler's own (GCC and Clang), whatever the width of the machine's.

#include <algorithm>
#include <cstdint>
#include <vector>

#include <omp.h>

namespace {

using half = std::uint16_t;  // the upper half of a float
constexpr long LANES = 16;
constexpr long ROWS = 512;  // that float32 adds up before a double takes over
using Floats = float __attribute__((vector_size(LANES * sizeof(float))));
using Bits = std::uint32_t __attribute__((vector_size(LANES * sizeof(float))));
using Halves = half __attribute__((vector_size(LANES * sizeof(half))));
// The same where they lie in memory, at any place.
using StoredFloats = Floats __attribute__((aligned(4), may_alias));
using StoredHalves = Halves __attribute__((aligned(2), may_alias));

inline Floats widened(Halves narrow) {
    return reinterpret_cast<Floats>(__builtin_convertvector(narrow, Bits) << 16);
}

inline Halves nearest(Floats wide) {
    const Bits bits = reinterpret_cast<Bits>(wide);
    return __builtin_convertvector((bits + 0x7fff + ((bits >> 16) & 1)) >> 16, Halves);
}

inline Floats load(const half* from) {
    return widened(*reinterpret_cast<const StoredHalves*>(from));
}

inline void store(half* to, Floats wide) { *reinterpret_cast<StoredHalves*>(to) = nearest(wide); }

inline Floats load(const float* from) { return *reinterpret_cast<const StoredFloats*>(from); }

inline void add(float* to, Floats more) { *reinterpret_cast<StoredFloats*>(to) += more; }

// Of a last vector that the channels do not fill.

inline Floats load(const half* from, long count) {
    if (count >= LANES) return load(from);
    Halves narrow{};
    for (long k = 0; k < count; k++) narrow[k] = from[k];
    return widened(narrow);
}

inline Floats load(const float* from, long count) {
    if (count >= LANES) return load(from);
    Floats wide{};
    for (long k = 0; k < count; k++) wide[k] = from[k];
    return wide;
}

inline void store(half* to, Floats wide, long count) {
    if (count >= LANES) return store(to, wide);
    const Halves narrow = nearest(wide);
    for (long k = 0; k < count; k++) to[k] = narrow[k];
}

// Sums over rows of what `term(row, channel, count)` makes, two of each channel. The threads' parts
// are added in their order, so that a run repeats to the bit.
template <typename Term>
void sums(long rows, long channels, float* first, float* second, Term term) {
    const long padded = (channels + LANES - 1) / LANES * LANES;
    const long threads = omp_get_max_threads();
    std::vector<double> parts(threads * 2 * channels, 0.0);
#pragma omp parallel
    {
        double* mine = &parts[omp_get_thread_num() * 2 * channels];
        std::vector<float> a(padded), b(padded);
#pragma omp for schedule(static)
        for (long start = 0; start < rows; start += ROWS) {
            const long end = std::min(rows, start + ROWS);
            std::fill(a.begin(), a.end(), 0.f);
            std::fill(b.begin(), b.end(), 0.f);
            for (long row = start; row < end; row += 8) {
                for (long c = 0; c < channels; c += LANES) {
                    Floats one{}, two{};
                    for (long r = row; r < std::min(end, row + 8); r++) {
                        term(r, c, channels - c, one, two);
                    }
                    add(&a[c], one);
                    add(&b[c], two);
                }
            }
            for (long c = 0; c < channels; c++) {
                mine[c] += a[c];
                mine[channels + c] += b[c];
            }
        }
    }
    for (long t = 1; t < threads; t++) {
        for (long c = 0; c < 2 * channels; c++) parts[c] += parts[t * 2 * channels + c];
    }
    std::copy_n(parts.begin(), channels, first);
    std::copy_n(parts.begin() + channels, channels, second);
}

// What comes back through the activation: the gradient where it was between its limits.
inline Floats passed(Floats gradient, Floats activated, float low, float high) {
    return (activated > low) & (activated < high) ? gradient : Floats{};
}

// Planes of 16 channels in float32 with a margin of zeros, so that no filter meets an edge.
class Padded {
  public:
    Padded(long height, long width, long margin)
        : height_(height), width_(width), margin_(margin), stride_(width + 2 * margin),
          pixels_((height + 2 * margin) * stride_) {}

    float* at(long row, long column) { return pixels_[row * stride_ + column].values; }
    void clear() { std::fill(pixels_.begin(), pixels_.end(), Pixel{}); }
    void read(const half* from, long channels) {
        for (long row = 0; row < height_; row++) {
            for (long column = 0; column < width_; column++) {
                float* to = at(row + margin_, column + margin_);
                *reinterpret_cast<StoredFloats*>(to) = load(from + (row * width_ + column) * channels);
            }
        }
    }
    void write(half* to, long channels) {
        for (long row = 0; row < height_; row++) {
            for (long column = 0; column < width_; column++) {
                store(to + (row * width_ + column) * channels,
                      load(at(row + margin_, column + margin_)));
            }
        }
    }

  private:
    struct alignas(LANES * sizeof(float)) Pixel {
        float values[LANES] = {};
    };
    long height_, width_, margin_, stride_;
    std::vector<Pixel> pixels_;
};

struct Shape {
    long pictures, height, width, channels, stride, rows, columns;  // the last two come out

    // Each picture and each 16 of its channels: `body(first of the input, of the output, channel)`.
    template <typename Body> void each(Body body) const {
#pragma omp for schedule(static)
        for (long n = 0; n < pictures; n++) {
            for (long c = 0; c < channels; c += LANES) {
                body(n * height * width * channels + c, n * rows * columns * channels + c, c);
            }
        }
    }
};

// COUNT neighbours of a row at once, so that sums do not wait for one another.
template <int SIDE, int COUNT>
inline void filtered(Padded& x, long row, long column, long stride, const Floats* filter, half* y,
                     long channels) {
    Floats sum[COUNT]{};
#pragma GCC unroll 5
    for (int u = 0; u < SIDE; u++) {
#pragma GCC unroll 5
        for (int v = 0; v < SIDE; v++) {
#pragma GCC unroll 4
            for (int k = 0; k < COUNT; k++) {
                sum[k] += load(x.at(row + u, column + v + k * stride)) * filter[u * SIDE + v];
            }
        }
    }
    for (int k = 0; k < COUNT; k++) store(y + k * channels, sum[k]);
}

template <int SIDE> void load_filter(Floats* filter, const float* weights, long channels, long c) {
    for (int i = 0; i < SIDE * SIDE; i++) filter[i] = load(weights + i * channels + c);
}

template <int SIDE>
void forward(const half* x, const float* weights, half* y, const Shape& shape) {
    const long s = shape.stride, channels = shape.channels;
#pragma omp parallel
    {
        Padded padded(shape.height, shape.width, SIDE / 2);
        shape.each([&](long from, long to, long c) {
            Floats filter[SIDE * SIDE];
            load_filter<SIDE>(filter, weights, channels, c);
            padded.read(x + from, channels);
            for (long i = 0; i < shape.rows; i++) {
                half* row = y + to + i * shape.columns * channels;
                long j = 0;
                for (; j + 4 <= shape.columns; j += 4) {
                    filtered<SIDE, 4>(padded, i * s, j * s, s, filter, row + j * channels, channels);
                }
                for (; j < shape.columns; j++) {
                    filtered<SIDE, 1>(padded, i * s, j * s, s, filter, row + j * channels, channels);
                }
            }
        });
    }
}

// Without a stride the way back is the way there, with the filter turned round.
template <int SIDE>
void to_input_turned(const half* dy, const float* weights, half* dx, const Shape& shape) {
    const long size = SIDE * SIDE, channels = shape.channels;
    std::vector<float> turned(size * channels);
    for (long i = 0; i < size; i++) {
        std::copy_n(weights + (size - 1 - i) * channels, channels, &turned[i * channels]);
    }
    forward<SIDE>(dy, turned.data(), dx, shape);
}

template <int SIDE>
void to_input(const half* dy, const float* weights, half* dx, const Shape& shape) {
    const long s = shape.stride, channels = shape.channels;
    if (s == 1) return to_input_turned<SIDE>(dy, weights, dx, shape);
#pragma omp parallel
    {
        Padded padded(shape.height, shape.width, SIDE / 2);
        shape.each([&](long to, long from, long c) {
            Floats filter[SIDE * SIDE];
            load_filter<SIDE>(filter, weights, channels, c);
            padded.clear();
            for (long i = 0; i < shape.rows; i++) {
                for (long j = 0; j < shape.columns; j++) {
                    const Floats g = load(dy + from + (i * shape.columns + j) * channels);
                    for (int u = 0; u < SIDE; u++) {
                        for (int v = 0; v < SIDE; v++) {
                            add(padded.at(i * s + u, j * s + v), g * filter[u * SIDE + v]);
                        }
                    }
                }
            }
            padded.write(dx + to, channels);
        });
    }
}

template <int SIDE>
void to_weights(const half* x, const half* dy, float* dw, const Shape& shape) {
    const long s = shape.stride, channels = shape.channels, size = SIDE * SIDE * channels;
    const long threads = omp_get_max_threads();
    std::vector<float> parts(threads * size, 0.f);
#pragma omp parallel
    {
        Padded padded(shape.height, shape.width, SIDE / 2);
        float* mine = &parts[omp_get_thread_num() * size];
        shape.each([&](long of_x, long of_y, long c) {
            Floats sum[SIDE * SIDE]{};
            padded.read(x + of_x, channels);
            for (long i = 0; i < shape.rows; i++) {
                for (long j = 0; j < shape.columns; j++) {
                    const Floats g = load(dy + of_y + (i * shape.columns + j) * channels);
#pragma GCC unroll 5
                    for (int u = 0; u < SIDE; u++) {
#pragma GCC unroll 5
                        for (int v = 0; v < SIDE; v++) {
                            sum[u * SIDE + v] += load(padded.at(i * s + u, j * s + v)) * g;
                        }
                    }
                }
            }
            for (int k = 0; k < SIDE * SIDE; k++) add(&mine[k * channels + c], sum[k]);
        });
    }
    for (long t = 1; t < threads; t++) {
        for (long k = 0; k < size; k++) parts[k] += parts[t * size + k];
    }
    std::copy_n(parts.begin(), size, dw);
}

}  // namespace

extern "C" {

// x and dy are (rows, channels); gain and offset are what a row is multiplied by and added to.

void sums_of(const half* x, long rows, long channels, float* sum, float* square) {
    sums(rows, channels, sum, square, [=](long r, long c, long n, Floats& one, Floats& two) {
        const Floats value = load(x + r * channels + c, n);
        one += value;
        two += value * value;
    });
}

void activate(const half* x, half* y, long rows, long channels, const float* gain,
              const float* offset, float low, float high) {
#pragma omp parallel for schedule(static)
    for (long r = 0; r < rows; r++) {
        for (long c = 0; c < channels; c += LANES) {
            const long n = channels - c, at = r * channels + c;
            Floats z = load(x + at, n) * load(gain + c, n) + load(offset + c, n);
            z = z > low ? z : Floats{} + low;
            z = z < high ? z : Floats{} + high;
            store(y + at, z, n);
        }
    }
}

void sums_of_gradient(const half* x, const half* dy, long rows, long channels, const float* gain,
                      const float* offset, float low, float high, float* sum, float* with_x) {
    sums(rows, channels, sum, with_x, [=](long r, long c, long n, Floats& one, Floats& two) {
        const long at = r * channels + c;
        const Floats value = load(x + at, n), z = value * load(gain + c, n) + load(offset + c, n);
        const Floats g = passed(load(dy + at, n), z, low, high);
        one += g;
        two += g * value;
    });
}

// dx = gain · (dy where it passed) + slope · x + rest
void gradient(const half* x, const half* dy, half* dx, long rows, long channels, const float* gain,
              const float* offset, const float* slope, const float* rest, float low, float high) {
#pragma omp parallel for schedule(static)
    for (long r = 0; r < rows; r++) {
        for (long c = 0; c < channels; c += LANES) {
            const long n = channels - c, at = r * channels + c;
            const Floats value = load(x + at, n), a = load(gain + c, n);
            const Floats g = passed(load(dy + at, n), value * a + load(offset + c, n), low, high);
            store(dx + at, g * a + value * load(slope + c, n) + load(rest + c, n), n);
        }
    }
}

// Filters of 3×3 or 5×5, weights (side · side, channels); channels are a multiple of 16.

void filter(long side, const half* x, const float* weights, half* y, const Shape* shape) {
    side == 3 ? forward<3>(x, weights, y, *shape) : forward<5>(x, weights, y, *shape);
}

void filter_to_input(long side, const half* dy, const float* weights, half* dx, const Shape* s) {
    side == 3 ? to_input<3>(dy, weights, dx, *s) : to_input<5>(dy, weights, dx, *s);
}

void filter_to_weights(long side, const half* x, const half* dy, float* dw, const Shape* s) {
    side == 3 ? to_weights<3>(x, dy, dw, *s) : to_weights<5>(x, dy, dw, *s);
}

}  // extern "C"
