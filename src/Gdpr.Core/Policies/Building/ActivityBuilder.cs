namespace Gdpr.Policies.Building;

/// <summary>Describes a processing activity (Art. 30) so that the lines read as the sentence in the record.</summary>
public sealed partial class ActivityBuilder
{
    private readonly BuildNotes _notes;
    private readonly List<string> _data = [];
    private readonly List<Disclosure> _recipients = [];
    private readonly List<string> _controls = [];
    private LocalizedText? _title;
    private string? _purpose;
    private ProcessingCapacity _capacity;
    private string? _controller;
    private string? _agreement;
    private LawfulBasis? _basis;
    private string? _routine;
    private SpecialCategoryCondition? _specialCategories;
    private OffenceGround? _offences;
    private IdentityNumberJustification? _identityNumbers;
    private ElectronicMarketingCondition? _electronicMarketing;
    private Profiling? _profiling;
    private string? _impactAssessment;
    private LocalizedText? _consequence;
    private bool _aggregateUses;

    private ActivityBuilder(BuildNotes notes) => _notes = notes;

    /// <summary>What the activity is called in records and notices.</summary>
    /// <param name="en">In English.</param>
    /// <param name="sv">In Swedish.</param>
    public ActivityBuilder Titled(string en, string? sv = null)
    {
        _notes.State("title", Texts.Of(en, sv), out _title);
        return this;
    }

    /// <summary>The purpose (Art. 5(1)(b)).</summary>
    /// <param name="purpose">The id of a purpose; naming a new one declares it.</param>
    public ActivityBuilder For(string purpose)
    {
        _notes.State("purpose", purpose, out _purpose);
        return this;
    }

    /// <summary>The organisation that acts, where several are declared.</summary>
    /// <param name="controller">A declared controller.</param>
    public ActivityBuilder By(string controller)
    {
        _notes.State("controller", controller, out _controller);
        return this;
    }

    /// <summary>The organisation acts on a controller's instructions (Art. 28).</summary>
    /// <param name="agreement">The agreement with the controller.</param>
    public ActivityBuilder AsProcessor(string agreement) => As(ProcessingCapacity.Processor, agreement);

    /// <summary>The organisation decides together with others (Art. 26).</summary>
    /// <param name="agreement">The arrangement between them.</param>
    public ActivityBuilder AsJointController(string agreement) => As(ProcessingCapacity.JointController, agreement);

    /// <summary>In which capacity the organisation acts, where it is not as controller.</summary>
    /// <param name="capacity">The capacity.</param>
    /// <param name="agreement">The agreement under which it acts, where there is one.</param>
    public ActivityBuilder As(ProcessingCapacity capacity, string? agreement = null)
    {
        _notes.State("capacity", capacity, out _capacity);
        _agreement = agreement;
        return this;
    }

    /// <summary>The data covered. Repeated calls add up.</summary>
    /// <param name="data">Data sets (<c>system.dataSet</c>) or fields (<c>system.dataSet.field</c>).</param>
    public ActivityBuilder Covers(params IEnumerable<string> data)
    {
        _data.AddRange(data);
        return this;
    }

    /// <summary>The activity discloses data to a recipient.</summary>
    /// <param name="recipient">A declared recipient.</param>
    /// <param name="data">The data that may be disclosed; none stated means none.</param>
    public ActivityBuilder DisclosesTo(string recipient, params IEnumerable<string> data) =>
        DisclosesTo(new Disclosure { Recipient = recipient, Data = [.. data] });

    /// <summary>The activity discloses data to a recipient.</summary>
    /// <param name="disclosure">The recipient, the data and the occasion.</param>
    public ActivityBuilder DisclosesTo(Disclosure disclosure)
    {
        ArgumentNullException.ThrowIfNull(disclosure);
        _recipients.Add(disclosure);
        return this;
    }

    /// <summary>Measures that protect this activity in particular. Repeated calls add up.</summary>
    /// <param name="controls">Declared measures.</param>
    public ActivityBuilder ProtectedBy(params IEnumerable<string> controls)
    {
        _controls.AddRange(controls);
        return this;
    }

    /// <summary>The routine that says how the activity is carried out.</summary>
    /// <param name="document">A declared document.</param>
    public ActivityBuilder Following(string document)
    {
        _notes.State("routine", document, out _routine);
        return this;
    }

    /// <summary>The activity covers special categories of data under a condition of Art. 9(2).</summary>
    /// <param name="limb">The letter, <c>a</c> to <c>j</c>.</param>
    /// <param name="law">The law that the condition rests on, where the letter asks for one.</param>
    public ActivityBuilder WithSpecialCategories(string limb, string? law = null)
    {
        _notes.State("specialCategories", new SpecialCategoryCondition { Limb = limb, Law = law }, out _specialCategories);
        return this;
    }

    /// <summary>The activity covers data on offences (Art. 10).</summary>
    /// <param name="ground">The ground.</param>
    /// <param name="law">The act or decision that it rests on.</param>
    public ActivityBuilder WithOffences(OffenceGroundKind ground, string? law = null)
    {
        _notes.State("offences", new OffenceGround { Ground = ground, Law = law }, out _offences);
        return this;
    }

    /// <summary>The activity needs national identity numbers (Art. 87).</summary>
    /// <param name="ground">The limb of the Swedish Data Protection Act 3:10.</param>
    /// <param name="because">Why a weaker identifier is not enough.</param>
    public ActivityBuilder WithIdentityNumbers(IdentityNumberGround ground, string because)
    {
        _notes.State("identityNumbers", new IdentityNumberJustification { Ground = ground, Because = because }, out _identityNumbers);
        return this;
    }

    /// <summary>The activity sends marketing by e-mail to addresses that the person has not given (Swedish Marketing Act 19 §).</summary>
    /// <param name="ground">The condition that permits it.</param>
    /// <param name="because">How it is made sure that the condition is met before anything is sent.</param>
    public ActivityBuilder WithElectronicMarketing(ElectronicMarketingGround ground, string because)
    {
        _notes.State("electronicMarketing", new ElectronicMarketingCondition { Ground = ground, Because = because }, out _electronicMarketing);
        return this;
    }

    /// <summary>The activity evaluates people by automated means (Art. 4(4), 22).</summary>
    /// <param name="profiling">What is evaluated and what that requires.</param>
    public ActivityBuilder Profiling(Profiling profiling)
    {
        _notes.State("profiling", profiling, out _profiling);
        return this;
    }

    /// <summary>The impact assessment (Art. 35).</summary>
    /// <param name="assessment">A declared assessment.</param>
    public ActivityBuilder AssessedBy(string assessment)
    {
        _notes.State("impactAssessment", assessment, out _impactAssessment);
        return this;
    }

    /// <summary>What a person loses when the activity ends for that person.</summary>
    /// <param name="en">In English.</param>
    /// <param name="sv">In Swedish.</param>
    public ActivityBuilder WithConsequence(string en, string? sv = null)
    {
        _notes.State("consequence", Texts.Of(en, sv), out _consequence);
        return this;
    }

    /// <summary>Denials are recorded one by one, and uses summed up per day.</summary>
    public ActivityBuilder AggregatingUses()
    {
        _aggregateUses = true;
        return this;
    }

    internal static Activity Make(BuildNotes notes, Action<ActivityBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        var builder = new ActivityBuilder(notes);
        describe(builder);
        return builder.Make();
    }

    private Activity Make() => new()
    {
        Title = _title,
        Purpose = _purpose!,
        Capacity = _capacity,
        Controller = _controller,
        Basis = _basis,
        Data = _data,
        Retention = _retention,
        Minimum = _minimum,
        Limit = _limit,
        Recipients = _recipients,
        Agreement = _agreement,
        Controls = _controls,
        Routine = _routine,
        SpecialCategories = _specialCategories,
        Offences = _offences,
        IdentityNumbers = _identityNumbers,
        ElectronicMarketing = _electronicMarketing,
        Profiling = _profiling,
        ImpactAssessment = _impactAssessment,
        Consequence = _consequence,
        AggregateUses = _aggregateUses,
    };
}
