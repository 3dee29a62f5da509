namespace Gdpr.Rights;

/// <summary>The stable codes of why a request is granted, refused, put off or handed on, for a field group and a purpose; and of what limits an answer.</summary>
public static class RightsReasons
{
    /// <summary>Access is always granted; limits redact (Art. 15).</summary>
    public const string Access = "access";

    /// <summary>What is wrong is corrected, what is incomplete supplemented, on every basis (Art. 16).</summary>
    public const string Rectification = "rectification";

    /// <summary>Nothing is held here of the person.</summary>
    public const string NothingHeld = "nothing-held";

    /// <summary>The data are somebody else's, for whom the organisation is processor: the request is handed to the controller (Art. 28(3)(e)).</summary>
    public const string Processor = "processor";

    /// <summary>Another controller holds the same record for something of its own, which this one does not tell: to be asked there (Art. 4(7)).</summary>
    public const string OtherController = "other-controller";

    /// <summary>It is another person's in the same record, and was never this one's to have erased (Art. 15(4), 17(1)).</summary>
    public const string OtherPerson = Sources.ExportRedaction.OtherPerson;

    /// <summary>It has come, or may have, while erasure that was granted waited: a human tells it apart from what was granted.</summary>
    public const string CameSince = "came-since";

    /// <summary>The policy does not know the data set any more, because it is called otherwise or has gone: a human sees to what was granted of it.</summary>
    public const string UnknownDataSet = "unknown-data-set";

    /// <summary>The source has not been reached yet: the request stays open and is completed later.</summary>
    public const string NotReached = "not-reached";

    /// <summary>No source can be asked: people look and act, and say so.</summary>
    public const string ByHand = "by-hand";

    /// <summary>No longer necessary for the purpose (Art. 17(1)(a)).</summary>
    public const string NotNecessary = "not-necessary";

    /// <summary>The contract that needed it has ended (Art. 17(1)(a)).</summary>
    public const string ContractEnded = "contract-ended";

    /// <summary>Consent has been withdrawn, refused or has expired (Art. 17(1)(b)).</summary>
    public const string ConsentWithdrawn = "consent-withdrawn";

    /// <summary>Whoever asks for erasure of what rests on consent withdraws it (Art. 7(3), 17(1)(b)).</summary>
    public const string ErasureWithdraws = "erasure-withdraws-consent";

    /// <summary>The person has consented since the erasure was asked for, and that is the later word: whoever wants it erased takes the consent back (Art. 6(1)(a),
    /// 7(3)).</summary>
    public const string ConsentedSince = "consented-since";

    /// <summary>There is no consent on record that the processing could rest on (Art. 17(1)(d)).</summary>
    public const string ConsentMissing = "consent-missing";

    /// <summary>Direct marketing ends without reasons and without weighing (Art. 17(1)(c), 21(2)–(3)).</summary>
    public const string DirectMarketing = "direct-marketing";

    /// <summary>An objection has been upheld (Art. 17(1)(c), 21(1)).</summary>
    public const string ObjectionUpheld = "objection-upheld";

    /// <summary>A complaint about it was right, and it is decided anew.</summary>
    internal const string DecidedAnew = "decided-anew";

    /// <summary>The processing was unlawful (Art. 17(1)(d)).</summary>
    public const string Unlawful = "unlawful";

    /// <summary>The data set is no longer used for anything (Art. 17(1)(a)).</summary>
    public const string Retired = "retired";

    /// <summary>A contract in force needs it; granted by itself on the day it ends (Art. 6(1)(b), 17(1)(a)).</summary>
    public const string ContractInForce = "contract-in-force";

    /// <summary>A law commands to keep it (Art. 17(3)(b)).</summary>
    public const string LegalObligation = "legal-obligation";

    /// <summary>A task in the public interest needs it (Art. 17(3)(b)).</summary>
    public const string PublicTask = "public-task";

    /// <summary>Somebody's vital interests need it (Art. 6(1)(d)).</summary>
    public const string VitalInterests = "vital-interests";

    /// <summary>A legal hold stands on it, for legal claims (Art. 17(3)(e)).</summary>
    public const string LegalClaims = "legal-claims";

    /// <summary>An exception of Art. 17(3) that a human has found.</summary>
    public const string Exception = "exception";

    /// <summary>Overriding grounds were shown against an objection (Art. 17(1)(c), 21(1)).</summary>
    public const string ObjectionOverruled = "objection-overruled";

    /// <summary>An objection awaits its assessment, which decides this too (Art. 18(1)(d), 21(1)).</summary>
    public const string ObjectionPending = "objection-pending";

    /// <summary>A legitimate interest runs, and nobody has weighed it against the person's reasons: a human does (Art. 17(1)(c), 21(1)).</summary>
    public const string WeighInterest = "weigh-interest";

    /// <summary>The purpose uses more than the fields asked about: whether it can do without them, a human finds out (Art. 17(1)(a)).</summary>
    public const string SharedPurpose = "shared-purpose";

    /// <summary>Whether the purpose has ended cannot be told from the data: a human finds out.</summary>
    public const string EndUnknown = "end-unknown";

    /// <summary>The person contests the accuracy (Art. 18(1)(a)).</summary>
    public const string AccuracyContested = "accuracy-contested";

    /// <summary>The processing is unlawful, and the person wants it kept (Art. 18(1)(b)).</summary>
    public const string UnlawfulKept = "unlawful-kept";

    /// <summary>The person needs it for legal claims (Art. 18(1)(c)).</summary>
    public const string NeededForClaims = "needed-for-claims";

    /// <summary>No objection is pending that the restriction could go with (Art. 18(1)(d)).</summary>
    public const string NoObjection = "no-objection";

    /// <summary>It is the person's own or observed, automated, on consent or contract (Art. 20(1)).</summary>
    public const string Portable = "portable";

    /// <summary>The basis is neither consent nor contract (Art. 20(1)(a)).</summary>
    public const string BasisNotPortable = "basis-not-portable";

    /// <summary>It is not processed by automated means (Art. 20(1)(b)).</summary>
    public const string NotAutomated = "not-automated";

    /// <summary>The person has not provided it: it was inferred or assigned (Art. 20(1)).</summary>
    public const string NotProvided = "not-provided";

    /// <summary>A password or other secret, whose existence is stated and whose value never leaves (Art. 32).</summary>
    public const string Credential = "credential";

    /// <summary>A national identity number, shown in part (Swedish Data Protection Act 3:10).</summary>
    public const string IdentityNumberMasked = "identity-number-masked";

    /// <summary>The right to object does not reach this basis (Art. 21(1)).</summary>
    public const string NoRightToObject = "no-right-to-object";

    /// <summary>An objection to what rests on consent withdraws it (Art. 7(3)).</summary>
    public const string ObjectionWithdraws = "objection-withdraws-consent";

    /// <summary>A temporary objection to what rests on consent stops it for that time; the consent stays (Art. 7(3)).</summary>
    public const string ObjectionPauses = "objection-pauses";

    /// <summary>It stops first; whether compelling grounds override is for a human to show (Art. 21(1)).</summary>
    public const string WeighObjection = "weigh-objection";

    /// <summary>The consent is withdrawn from the instant received (Art. 7(3)).</summary>
    public const string Withdrawal = "withdrawal";

    /// <summary>It does not rest on consent: there is none to withdraw (Art. 7(3)).</summary>
    public const string NotConsent = "not-consent";

    /// <summary>No decision is taken by automated means alone (Art. 22(1)).</summary>
    public const string NotSolelyAutomated = "not-solely-automated";

    /// <summary>No exception of Art. 22(2) applies: the decision may not stand.</summary>
    public const string AutomatedForbidden = "automated-decision-forbidden";

    /// <summary>A human looks at the decision anew, with the person's view (Art. 22(3)).</summary>
    public const string HumanReview = "human-review";

    /// <summary>Not identifiable, and nothing was supplied that identifies (Art. 11(2), 12(2)).</summary>
    public const string NotIdentifiable = "not-identifiable";

    /// <summary>Identity was reasonably doubted and has not been shown (Art. 12(6)).</summary>
    public const string IdentityNotShown = "identity-not-shown";

    /// <summary>The request is manifestly unfounded, as a human has found and can prove (Art. 12(5)).</summary>
    public const string ManifestlyUnfounded = "manifestly-unfounded";

    /// <summary>The request is excessive, in particular because it is repeated, as a human has found and can prove (Art. 12(5)).</summary>
    public const string Excessive = "excessive";

    /// <summary>The data are what the person says they are not, as a human has found (Art. 16).</summary>
    public const string DataAccurate = "data-accurate";

    /// <summary>The controller had made the data public: controllers who process it are informed of its erasure (Art. 17(2)).</summary>
    public const string MadePublic = "made-public";
}
