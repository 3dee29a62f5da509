using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Processing;

/// <summary>Decides before personal data is used whether it may be, and records the answer (Art. 5(2), 6, 24, 29).</summary>
/// <remarks>What is unknown is never allowed: a consent that nobody recorded, a state that cannot be read, a rule that fails.</remarks>
public interface IProcessingGate
{
    /// <summary>Decides whether a use is allowed, and records it: a denial always; what is allowed once per request and data set, or summed up per day where the
    /// activity says so. Never values.</summary>
    /// <param name="request">What is to be done.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <returns>The answer. A store that cannot be read is an answer too: no.</returns>
    /// <exception cref="ProcessingNotRecordedException">The answer could not be recorded: the use is not allowed.</exception>
    Task<ProcessingDecision> DecideAsync(ProcessingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Decides whether everything that a purpose covers may be used for it.</summary>
    /// <param name="subject">Whom the data is about.</param>
    /// <param name="purpose">The purpose.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessingNotRecordedException">The answer could not be recorded: the use is not allowed.</exception>
    Task<ProcessingDecision> DecideAsync(DataSubject subject, string purpose, CancellationToken cancellationToken = default) =>
        DecideAsync(new ProcessingRequest(subject, purpose), cancellationToken);

    /// <summary>Works out what does not depend on the person, for <see cref="Decide"/>. Kept until the policy or the client's instruction changes.</summary>
    /// <param name="request">What is to be done. Of the person only the controller counts.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask<ProcessingUse> PrepareAsync(ProcessingRequest request, CancellationToken cancellationToken = default);

    /// <summary>Where a person stands now, for <see cref="Decide"/>.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The standing; an unreadable one where the store cannot be read.</returns>
    ValueTask<SubjectStanding> StandingAsync(DataSubject subject, CancellationToken cancellationToken = default);

    /// <summary>Decides without reading or recording anything: pure, tens of nanoseconds, nothing allocated where it is allowed. Whoever relies on it alone
    /// records what is done, and knows that the host's rules and the guards of the journal have not been asked.</summary>
    /// <param name="question">The question.</param>
    /// <param name="standing">Where the person stands.</param>
    /// <param name="now">The instant.</param>
    ProcessingDecision Decide(in ProcessingQuestion question, SubjectStanding standing, Instant now) => ProcessingProgram.Decide(question, standing, now);
}

/// <summary>An answer of the gate could not be recorded (<c>E-GATE-01</c>): whatever it was, the use is not allowed.</summary>
public sealed class ProcessingNotRecordedException : GdprException
{
    internal ProcessingNotRecordedException(Exception innerException)
        : base("E-GATE-01", "The gate's answer could not be recorded, so nothing is allowed: bring the journal back, and ask again.", innerException)
    {
    }
}
