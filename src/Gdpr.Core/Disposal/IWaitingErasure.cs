using Gdpr.Subjects;

namespace Gdpr.Disposal;

/// <summary>Looks after erasure that was granted and waits: what has come since is not destroyed by it.</summary>
internal interface IWaitingErasure
{
    /// <summary>Puts in doubt what was granted in a data set and would reach what has come since. Before anything in it is destroyed; idempotent.</summary>
    /// <param name="dataSet">The data set's path.</param>
    /// <param name="person">The one person whose records are about to be destroyed; <see langword="null"/> for everybody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask ExamineAsync(string dataSet, DataSubject? person, CancellationToken cancellationToken);
}
