using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Knows what has been corrected of a person: whoever had the data before is told (Art. 19).</summary>
internal interface IRectifiedData
{
    /// <summary>What was corrected or annotated from an instant on: the id of each time that it was, and the fields, by path.</summary>
    ValueTask<IReadOnlyList<(string About, IReadOnlyList<string> Fields)>> SinceAsync(
        DataSubject subject, SubjectState state, Instant since, CancellationToken cancellationToken);
}
