namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>The names of the model's annotations that the library writes and reads. Their values are texts, so that compiled models keep them.</summary>
internal static class EfAnnotations
{
    /// <summary>On an entity type: a <see cref="RecordStatement"/> as JSON.</summary>
    public const string Record = "Gdpr:Record";

    /// <summary>On a property: the category of its content.</summary>
    public const string Category = "Gdpr:Category";

    /// <summary>On a property: the field that it belongs to.</summary>
    public const string Field = "Gdpr:Field";

    /// <summary>On a property: what stands there when its content has been erased.</summary>
    public const string Erased = "Gdpr:Erased";

    /// <summary>On a property: it is the person's id.</summary>
    public const string Subject = "Gdpr:Subject";

    /// <summary>On a property: the trigger whose value it holds.</summary>
    public const string Trigger = "Gdpr:Trigger";

    /// <summary>On a property with a trigger: the zone of its clock.</summary>
    public const string Zone = "Gdpr:Zone";

    /// <summary>On a property with a trigger: how it is stored.</summary>
    public const string Form = "Gdpr:Form";

    /// <summary>On an entity type or a property: why it holds no personal data.</summary>
    public const string Excuse = "Gdpr:Excuse";
}
