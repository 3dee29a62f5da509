namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>An activity states no purpose.</summary>
    public const string NoPurpose = "E-DECL-01";

    /// <summary>An activity states no lawful basis.</summary>
    public const string NoBasis = "E-DECL-02";

    /// <summary>An activity covers no data.</summary>
    public const string NoData = "E-DECL-03";

    /// <summary>No activity covers a data set.</summary>
    public const string DataSetWithoutRule = "E-DECL-04";

    /// <summary>No activity covers a field of a data set that is otherwise covered.</summary>
    public const string FieldWithoutRule = "E-DECL-05";

    /// <summary>An activity covers a data set that is retired.</summary>
    public const string RetiredDataSetInUse = "E-DECL-06";

    /// <summary>A data set does not say where its data comes from.</summary>
    public const string NoOrigin = "W-DECL-07";

    /// <summary>A system does not say where its data is stored.</summary>
    public const string NoLocation = "W-DECL-08";

    /// <summary>No role may carry out an activity.</summary>
    public const string NoRole = "W-DECL-09";

    /// <summary>A system does not say how long its backups live.</summary>
    public const string NoBackupPlan = "I-DECL-10";

    /// <summary>A purpose has no title for notices.</summary>
    public const string PurposeWithoutTitle = "W-DECL-11";

    /// <summary>A data set is retired from a date after the policy takes effect.</summary>
    public const string RetiredLater = "E-DECL-12";

    /// <summary>The time zone of a controller is not known.</summary>
    public const string UnknownTimeZone = "E-CTRL-01";

    /// <summary>The holiday calendar of a controller is not known.</summary>
    public const string UnknownHolidayCalendar = "E-CTRL-02";

    /// <summary>A country is not written as a two-letter ISO 3166 code.</summary>
    public const string IllFormedCountry = "E-CTRL-03";

    /// <summary>A controller outside the European Economic Area names no representative.</summary>
    public const string NoRepresentative = "W-CTRL-04";

    /// <summary>A Swedish controller names another authority than Integritetsskyddsmyndigheten.</summary>
    public const string OtherAuthority = "W-CTRL-05";

    /// <summary>A rule counts from a fiscal year, and the controller has none.</summary>
    public const string NoFiscalYears = "E-BFL-01";

    /// <summary>The fiscal years of a controller contradict one another or the law.</summary>
    public const string ContradictoryFiscalYears = "E-BFL-02";

    /// <summary>Days between the fiscal years of a controller belong to none.</summary>
    public const string GapInFiscalYears = "W-BFL-03";

    private static FindingCode[] Declarations() =>
    [
        Entry(NoPurpose, "Declarations", "An activity without purpose", "State what the data is processed for.", "Art. 5(1)(b)"),
        Entry(NoBasis, "Declarations", "An activity without lawful basis", "State exactly one basis: consent, contract, legalObligation, vitalInterests, publicTask or legitimateInterest.", "Art. 6(1)"),
        Entry(NoData, "Declarations", "An activity without data", "Name the data sets or fields that it covers.", "Art. 30(1)(c)"),
        Entry(DataSetWithoutRule, "Declarations", "A data set that no rule covers", "Cover it by an activity, or declare it retired with date and reason.", "Art. 5(1)(b), (e)"),
        Entry(FieldWithoutRule, "Declarations", "A field that no rule covers", "Cover it by an activity, or stop collecting it.", "Art. 5(1)(b), (c)"),
        Entry(RetiredDataSetInUse, "Declarations", "A retired data set that is still in use", "Remove it from the activity, or remove its retirement.", "Art. 5(1)(b)"),
        Entry(NoOrigin, "Declarations", "A data set without source", "Name the origins of its data.", "Art. 14(2)(f), 15(1)(g)"),
        Entry(NoLocation, "Declarations", "A system without storage location", "State the country where its data is stored.", "Art. 30(1)(e), 44"),
        Entry(NoRole, "Declarations", "An activity that nobody may carry out", "Permit its purpose to a role.", "Art. 29, 32(4)"),
        Entry(NoBackupPlan, "Declarations", "A system without backup period", "State the longest age of a backup, so that an answer to an erasure can say when the last copy is gone.", "Art. 17(1)"),
        Entry(PurposeWithoutTitle, "Declarations", "A purpose without title", "Declare the purpose with a title: notices name it.", "Art. 13(1)(c)"),
        Entry(RetiredLater, "Declarations", "A data set retired from a later date", "Let the retirement begin no later than the policy, or cover the data set until then.",
            "Art. 5(1)(b), (e)"),
        Entry(UnknownTimeZone, "Controllers", "A time zone that is not known", "Write the IANA name of the place of action, such as Europe/Stockholm.", "Reg. 1182/71 Art. 3"),
        Entry(UnknownHolidayCalendar, "Controllers", "A holiday calendar that is not known", "Write se-1182, se-1930 or weekends.", "Reg. 1182/71 Art. 2(1)"),
        Entry(IllFormedCountry, "Controllers", "A country that is no ISO 3166 code", "Write two capital letters, such as SE.", "Art. 44"),
        Entry(NoRepresentative, "Controllers", "A controller outside the EEA without representative", "Name the representative in the Union, unless Art. 27(2) applies.", "Art. 27"),
        Entry(OtherAuthority, "Controllers", "A complaint sent to the wrong authority", "Write IMY: complaints in Sweden go to Integritetsskyddsmyndigheten.", "Art. 13(2)(d), 77"),
        Entry(NoFiscalYears, "Controllers", "A fiscal year that is not known", "State the controller's fiscalYears, back to the oldest material kept.", "SFS 1999:1078 7:2"),
        Entry(ContradictoryFiscalYears, "Controllers", "Fiscal years that contradict one another", "Correct the dates.", "SFS 1999:1078 3:1–3"),
        Entry(GapInFiscalYears, "Controllers", "Days that belong to no fiscal year", "Add the missing year, or correct a date.", "SFS 1999:1078 3:1–3"),
    ];
}
