using Gdpr.Journals;
using Gdpr.Policies;

namespace Gdpr.Processing;

public sealed partial class ProcessorClients
{
    /// <summary>Records what a client has authorised of sub-processors (Art. 28(2)). It takes effect at once, and replaces the one before, whole: a sub-processor that
    /// it does not name gets nothing any more. The same again changes nothing.</summary>
    /// <param name="id">The client.</param>
    /// <param name="authorisation">What it has authorised. That none may be engaged is a specific one that names nobody.</param>
    /// <param name="cancellationToken">Cancels before anything is recorded.</param>
    /// <exception cref="ProcessorClientException">There is no such client, or something in the authorisation does not hold.</exception>
    public Task<ProcessorClient> AuthoriseAsync(string id, SubProcessorAuthorisation authorisation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authorisation);
        Check(authorisation);
        return ChangeAsync(
            id, ClientRegister.Authorised,
            client => authorisation.IsSame(client.SubProcessors) ? null
                : client with { SubProcessors = authorisation with { GivenAt = _clock.GetCurrentInstant() } },
            cancellationToken);
    }

    private void Check(SubProcessorAuthorisation authorisation)
    {
        var policy = _policy();
        Require(Enum.IsDefined(authorisation.Kind), "An authorisation of sub-processors is specific or general (Art. 28(2)).");
        Require(
            authorisation.Reference is { Length: >= 1 and <= LongestReference } reference && !string.IsNullOrWhiteSpace(reference)
                && HostileSigns.FirstIn(reference, isLine: true) < 0,
            "An authorisation of sub-processors is in writing (Art. 28(2)): name where, such as the clause of the agreement.");
        Require(
            authorisation.Recipients.All(recipient =>
                policy.Recipients.GetValueOrDefault(recipient ?? "") is { Kind: RecipientKind.Processor or RecipientKind.SubProcessor }),
            "An authorisation names recipients that the policy declares as processors or sub-processors.");
        Require(authorisation.Window is not { IsEmpty: true }, "The time to object is no period: state one of a day or more, or none.");
    }
}
