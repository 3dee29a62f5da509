using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Disclosures;

/// <summary>Knows what has been corrected of a person: whoever had the data before is told (Art. 19).</summary>
internal interface IRectifiedData
{
    /// <summary>What was corrected or annotated from an instant on, the last first: each field once.</summary>
    ValueTask<IReadOnlyList<RectifiedFields>> SinceAsync(DataSubject subject, SubjectState state, Instant since, CancellationToken cancellationToken);

    /// <summary>What the person says of values that stay, by the field's path: where it is one and the same of all records.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> ReadStatementsAsync(DataSubject subject, RectifiedFields rectified, CancellationToken cancellationToken);
}

/// <summary>What was corrected or annotated at a time.</summary>
/// <param name="Request">The id of the request by which it was.</param>
/// <param name="Version">The version of that request's stream at which it was.</param>
/// <param name="After">The version at which something of the request had been before; zero for never. Who was told in between, was told of this.</param>
/// <param name="Corrected">The fields that were corrected, by path.</param>
/// <param name="Annotated">The fields that stay as they are, with what the person says beside them, by path.</param>
internal sealed record RectifiedFields(string Request, long Version, long After, IReadOnlyList<string> Corrected, IReadOnlyList<string> Annotated)
{
    /// <summary>The fields, by path.</summary>
    public IEnumerable<string> Fields => Corrected.Concat(Annotated);

    /// <summary>Those of the fields that are wanted.</summary>
    public RectifiedFields Only(Func<string, bool> isWanted) => this with { Corrected = [.. Corrected.Where(isWanted)], Annotated = [.. Annotated.Where(isWanted)] };
}
