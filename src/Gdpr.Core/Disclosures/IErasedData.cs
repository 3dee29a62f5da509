using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Knows what has been erased of a person by erasures of which something waits still: whoever had the data before is told (Art. 19).</summary>
internal interface IErasedData
{
    /// <summary>What recipients were told of such erasures that were granted from an instant on, for a purpose: the fields, by path.</summary>
    ValueTask<IReadOnlyList<(EndingState Ending, IReadOnlyList<string> Fields)>> SinceAsync(
        SubjectState state, string purpose, Instant since, CancellationToken cancellationToken);
}
