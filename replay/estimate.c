/* estimate.c - see estimate.h. */
#include "replay/estimate.h"

#include <math.h>

#include "base/assert.h"

#define PI 3.14159265358979323846

/* The probability of -t .. t, where tan(angle) = t / sqrt(degrees): for whole degrees of freedom
 * a finite sum of powers of the cosine, even ones if degrees is even. */
static double coverage_at(double angle, uint32_t degrees)
{
    double cosine = cos(angle);
    double term = degrees % 2 ? cosine : 1;
    double sum = 0;
    for (uint32_t power = degrees % 2; power + 2 <= degrees; power += 2) {
        sum += term;
        term *= cosine * cosine * (power + 1) / (power + 2);
    }
    return degrees % 2 ? 2 / PI * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double student_quantile(double coverage, uint32_t degrees)
{
    ASSERT(coverage > 0 && coverage < 1);
    ASSERT(degrees >= 1);
    double low = 0;
    double high = PI / 2;
    /* Every step halves the angle's interval, until it is two neighbours. */
    for (double middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
        if (coverage_at(middle, degrees) < coverage)
            low = middle;
        else
            high = middle;
    }
    return tan(low) * sqrt(degrees);
}

/* The i-th sample; NaN if it is undefined. */
static double sample(const double *values, const double *others, uint32_t i)
{
    return others ? values[i] - others[i] : values[i];
}

/* Sums are of distances from the first sample: samples that are equal have their value as the
 * mean, and a margin of 0, to the last digit. */
static struct estimate estimate(const double *values, const double *others, uint32_t count)
{
    struct estimate result = {.mean = NAN, .margin = NAN};
    double first = 0;
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        double value = sample(values, others, i);
        if (isnan(value))
            continue;
        if (result.count++ == 0)
            first = value;
        sum += value - first;
    }
    if (result.count == 0)
        return result;
    result.mean = first + sum / result.count;
    double squares = 0;
    for (uint32_t i = 0; i < count; i++) {
        double off = sample(values, others, i) - result.mean;
        if (!isnan(off))
            squares += off * off;
    }
    if (result.count >= 2)
        result.margin = student_quantile(ESTIMATE_COVERAGE, result.count - 1) *
                        sqrt(squares / (result.count - 1) / result.count);
    return result;
}

struct estimate estimate_of(const double *values, uint32_t count)
{
    return estimate(values, NULL, count);
}

struct estimate estimate_of_differences(const double *values, const double *others, uint32_t count)
{
    return estimate(values, others, count);
}

bool estimate_excludes_zero(const struct estimate *estimate)
{
    return fabs(estimate->mean) > estimate->margin; /* false if the margin is NaN */
}
