using Gdpr.Subjects;

namespace Gdpr.Rights;

/// <summary>Tells those who received a person's data what has become of it (Art. 19), and keeps at it until each has acknowledged.</summary>
internal interface IRecipientNotices
{
    /// <summary>Has every recipient told of a change. Idempotent by the change's id.</summary>
    /// <param name="change">What has changed.</param>
    /// <param name="cancellationToken">Cancels before anything is put into the outbox.</param>
    /// <returns>The recipients who are told, by their ids in the policy.</returns>
    ValueTask<IReadOnlyList<string>> TellAsync(RecipientChange change, CancellationToken cancellationToken);
}

/// <summary>What recipients are told of.</summary>
/// <param name="Id">An id of the change, such as the request's.</param>
/// <param name="Subject">The person.</param>
/// <param name="Kind">What was done.</param>
/// <param name="DataSets">In which data sets.</param>
internal sealed record RecipientChange(string Id, DataSubject Subject, RecipientChangeKind Kind, IReadOnlyList<string> DataSets)
{
    /// <summary>The fields' ids, where it was not the data sets as a whole.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];
}

/// <summary>What was done that recipients are told of.</summary>
internal enum RecipientChangeKind
{
    /// <summary>Art. 16.</summary>
    Rectified,

    /// <summary>Art. 17(1).</summary>
    Erased,

    /// <summary>Art. 18.</summary>
    Restricted,

    /// <summary>A restriction has been lifted.</summary>
    RestrictionLifted,
}
