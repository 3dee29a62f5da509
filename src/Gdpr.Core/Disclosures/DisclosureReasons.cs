namespace Gdpr.Disclosures;

/// <summary>The stable codes of why data is not disclosed or taken in, or of what is remarked about it.</summary>
/// <remarks>Where a person stands is for the gate: its codes are those of <see cref="Processing.ProcessingReasons"/>.</remarks>
public static class DisclosureReasons
{
    /// <summary>The policy declares no such recipient (Art. 5(1)(b), 13(1)(e)).</summary>
    public const string RecipientUndeclared = "recipient-undeclared";

    /// <summary>No activity with the purpose discloses to the recipient (Art. 5(1)(b)).</summary>
    public const string PurposeUndeclared = "purpose-undeclared";

    /// <summary>A person, or the activity, belongs to another controller; or a client's data would go to somebody who is no sub-processor: whom else it tells is the
    /// client's own affair (Art. 28(3)(a), 28(10)).</summary>
    public const string OtherController = "other-controller";

    /// <summary>Nothing to disclose is named, or nothing is left that may be (Art. 5(1)(c)).</summary>
    public const string NothingDisclosed = "nothing-disclosed";

    /// <summary>More is named than the activity discloses to the recipient, or than the agreement covers (Art. 5(1)(c)).</summary>
    public const string BeyondDeclared = "beyond-declared";

    /// <summary>The recipient needs an agreement, or a law, and the policy names none (Art. 26, 28(3)).</summary>
    public const string AgreementMissing = "agreement-missing";

    /// <summary>The agreement, or one in the chain of processors, has not begun or has ended (Art. 28(3)).</summary>
    public const string AgreementNotInForce = "agreement-not-in-force";

    /// <summary>The agreement does not say all that Art. 28(3) asks for.</summary>
    public const string AgreementIncomplete = "agreement-incomplete";

    /// <summary>Remark: the agreement ends soon.</summary>
    public const string AgreementLapsesSoon = "agreement-lapses-soon";

    /// <summary>The chain of processors through which a sub-processor is engaged is broken (Art. 28(2), 28(4)).</summary>
    public const string ChainBroken = "chain-broken";

    /// <summary>The client, whose data it is, has not authorised the sub-processor: neither by name, nor in general and after being told of it (Art. 28(2)).</summary>
    public const string SubProcessorNotAuthorised = "sub-processor-not-authorised";

    /// <summary>The time to object to a new or changed sub-processor has not ended (Art. 28(2)).</summary>
    public const string SubProcessorPending = "sub-processor-pending";

    /// <summary>The controller has objected to the sub-processor (Art. 28(2)).</summary>
    public const string SubProcessorRefused = "sub-processor-refused";

    /// <summary>An authority receives data on a decision alone, and the decision is not referred to (Art. 4(9), 6(1)(c)).</summary>
    public const string AuthorityDecisionMissing = "authority-decision-missing";

    /// <summary>No law is stated under which the authority decides.</summary>
    public const string AuthorityLawMissing = "authority-law-missing";

    /// <summary>An authority's decision is referred to, and the recipient is no authority: what it gets is kept secret from nobody (Art. 4(9), 15(1)(c), 23).</summary>
    public const string NotAnAuthority = "not-an-authority";

    /// <summary>Whether the data leaves the European Economic Area cannot be told: the recipient's country is not stated (Art. 44).</summary>
    public const string CountryUnknown = "country-unknown";

    /// <summary>The transfer to a third country has no safeguard that holds: <c>E-TRF-01</c> (Art. 44–49).</summary>
    public const string TransferForbidden = "transfer-forbidden";

    /// <summary>A derogation permits occasional transfers only: a human decides whether this is one (Art. 49).</summary>
    public const string TransferByDerogation = "transfer-by-derogation";

    /// <summary>Remark: the safeguard of the transfer ends soon (Art. 44–46).</summary>
    public const string TransferEndsSoon = "transfer-ends-soon";

    /// <summary>Remark: the transfer rests on a decision on adequacy that the policy does not state (Art. 13(1)(f)).</summary>
    public const string AdequacyUnstated = "adequacy-unstated";

    /// <summary>The recipient's address does not encrypt (Art. 32(1)(a)).</summary>
    public const string EndpointNotEncrypted = "endpoint-not-encrypted";

    /// <summary>Remark: there is no fresh evidence of a measure that the recipient must show (Art. 28(1), 32).</summary>
    public const string ControlUnproven = "control-unproven";

    /// <summary>The person has not been told where the data comes from: that is due before it is disclosed (Art. 14(3)(c)).</summary>
    public const string NoticeOwed = "notice-owed";

    /// <summary>Something that concerns the data was recorded of a person while the disclosure was decided, such as an erasure of which recipients have been told
    /// already: read the data anew, and ask again (Art. 5(2), 19).</summary>
    public const string ChangedMeanwhile = "changed-meanwhile";

    /// <summary>Remark: nobody has recorded that the person was given a notice with the collection (Art. 13(1)).</summary>
    public const string NoticeNotShown = "notice-not-shown";

    /// <summary>The person has objected to all that the data would be used for, and it does not come from the person (Art. 21(3)).</summary>
    public const string Suppressed = "suppressed";

    /// <summary>The policy declares no such data set (Art. 5(1)(b)).</summary>
    public const string DataSetUndeclared = "data-set-undeclared";

    /// <summary>The data set does not declare that its data comes from there (Art. 5(1)(a)).</summary>
    public const string OriginUndeclared = "origin-undeclared";

    /// <summary>The data was registered by hand, and nobody says by which function (Art. 5(2)).</summary>
    public const string RegistrarMissing = "registrar-missing";
}
