using Gdpr.Subjects;
using NodaTime;

namespace Gdpr.Consents;

/// <summary>Work that the host has queued or scheduled for people: mailings, reminders, exports. It ends for a person when a purpose does (Art. 7(3),
/// 21(3)).</summary>
/// <remarks>Register it as a service; every one that is registered is called. It is called again until it has returned without an exception, also after a crash,
/// and perhaps once more: so it must be safe to repeat. It is called after the step is journalled, when the gate already says no.</remarks>
public interface IScheduledWork
{
    /// <summary>What tells it from others, in lists and in the journal: a short word such as <c>mailings</c>.</summary>
    string Name { get; }

    /// <summary>Cancels whatever waits to be done for a person for a purpose. None there is no error.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask CancelAsync(DataSubject subject, string purpose, CancellationToken cancellationToken);
}

/// <summary>Is told when a purpose stops for a person, once the journal has it: later floors carry it on, to recipients for one (Art. 19).</summary>
/// <remarks>At least once, in no order, until it returns: as <see cref="IScheduledWork"/>.</remarks>
internal interface ISubjectEventSink
{
    /// <summary>What tells it from others.</summary>
    string Name { get; }

    /// <summary>A purpose has stopped for a person.</summary>
    /// <param name="subject">The person.</param>
    /// <param name="purpose">The purpose's id.</param>
    /// <param name="occurredAt">When.</param>
    /// <param name="cancellationToken">Cancels.</param>
    ValueTask PurposeStoppedAsync(DataSubject subject, string purpose, Instant occurredAt, CancellationToken cancellationToken);
}
