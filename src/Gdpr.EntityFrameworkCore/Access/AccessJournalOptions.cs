using Gdpr.Journals;
using Microsoft.EntityFrameworkCore;

namespace Gdpr.EntityFrameworkCore.Access;

/// <summary>How reads and changes of personal data are journalled.</summary>
public sealed class AccessJournalOptions
{
    internal AccessJournalOptions(Func<DbContext, string> actor) => Actor = actor;

    /// <summary>Gives the id of whoever acts through a context, as the host names its users and jobs. The vault makes an opaque key of it; an empty id fails
    /// the call.</summary>
    public Func<DbContext, string> Actor { get; }

    /// <summary>Makes an identifier of a person's id as the records hold it: an id of the host's, unless told otherwise. An e-mail address is one of
    /// <see cref="SubjectIdentifier.OfEmail"/>, so that its key is the person's everywhere.</summary>
    public Func<string, SubjectIdentifier> Identify { get; set; } = SubjectIdentifier.OfHost;

    /// <summary>Gives the purpose for which a context changes data, such as that of the page or the job that it serves: an entry of a change names it. Without, or where
    /// it gives <see langword="null"/>, a change is recorded without a purpose; a read has the one that its query names (<c>ForPurpose</c>). A purpose that the policy
    /// does not declare fails the call.</summary>
    public Func<DbContext, string?>? Purpose { get; set; }

    /// <summary>Whether reads are recorded before they begin too, without the people, whom nobody knows then: an entry more for every command. What a process had
    /// read that died in the middle of an <c>await foreach</c> is in the journal all the same. It is <see langword="false"/> unless the host says otherwise.</summary>
    public bool RecordsBeforeReading { get; set; }
}
