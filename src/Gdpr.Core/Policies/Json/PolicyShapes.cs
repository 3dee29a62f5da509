using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gdpr.Time;
using NodaTime;

namespace Gdpr.Policies.Json;

/// <summary>The shapes of a policy, made once from the generated metadata and the attributes on the model.</summary>
internal sealed class PolicyShapes
{
    private static readonly HashSet<Type> PlainIds = [typeof(DataSystem), typeof(DataSet), typeof(DataField), typeof(Trigger)];

    private static readonly PolicyShapes All = new();

    private readonly Dictionary<Type, ObjectShape> _objects = [];

    private PolicyShapes() => Of(typeof(GdprPolicy));

    /// <summary>The shape of the whole document.</summary>
    public static ObjectShape Policy => All._objects[typeof(GdprPolicy)];

    /// <summary>What is expected of a member of one of the types of a policy.</summary>
    public static string? ExpectedOf(Type owner, string member) =>
        All._objects.TryGetValue(owner, out var shape) && shape.TryGet(member, out var found) ? found.Shape.Expected : null;

    private Shape Of(Type type)
    {
        var info = PolicyJsonContext.Default.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type)
            ?? throw new InvalidOperationException($"{type} is not known to the generated JSON context.");
        return info.Kind switch
        {
            JsonTypeInfoKind.Object => ObjectOf(info),
            JsonTypeInfoKind.Dictionary => new MapShape(Of(info.ElementType!), PlainIds.Contains(info.ElementType!) ? IdForm.Plain : IdForm.Dotted)
            {
                Ordered = info.ElementType == typeof(Activity) || info.ElementType == typeof(Trigger),
            },
            JsonTypeInfoKind.Enumerable => new ListShape(Of(info.ElementType!), acceptsOne: false),
            _ => ScalarOf(info),
        };
    }

    private static Shape ScalarOf(JsonTypeInfo info) => info.Type switch
    {
        var type when type == typeof(OneOrMany) => new ListShape(new ScalarShape(ScalarKind.Text), acceptsOne: true),
        var type when type == typeof(bool) => new ScalarShape(ScalarKind.Flag),
        var type when type == typeof(int) => new ScalarShape(ScalarKind.Number),
        _ => new ScalarShape(ScalarKind.Text, info.Converter as IScalarText),
    };

    private ObjectShape ObjectOf(JsonTypeInfo info)
    {
        if (_objects.TryGetValue(info.Type, out var known))
        {
            return known;
        }

        // Registered before its members are made: a rule holds rules.
        var shape = new ObjectShape(info.Type);
        _objects.Add(info.Type, shape);
        var defaults = JsonSerializer.SerializeToElement(JsonSerializer.Deserialize("{}", info), info);
        shape.Members = [.. info.Properties.Where(property => property.Get is not null).Select(property => MemberOf(property, defaults))];
        var shorthand = info.Type.GetCustomAttributes(typeof(ShorthandAttribute), inherit: false);
        shape.Shorthand = shorthand is [ShorthandAttribute attribute] && shape.TryGet(attribute.Member, out var member) ? member : null;
        return shape;
    }

    private MemberShape MemberOf(JsonPropertyInfo property, JsonElement defaults)
    {
        // A date or period that cannot be absent has no default that means anything: it is required too.
        var hasNoDefault = property.PropertyType == typeof(LocalDate) || property.PropertyType == typeof(CalendarPeriod);
        var marked = property.AttributeProvider?.IsDefined(typeof(RequiredInPolicyAttribute), inherit: false) ?? false;
        var name = (property.AttributeProvider as System.Reflection.MemberInfo)?.Name ?? property.Name;
        var shape = Of(property.PropertyType);
        var required = marked || hasNoDefault;
        var hasDefault = !required && shape is not (MapShape or ListShape) && defaults.TryGetProperty(property.Name, out _);
        return new MemberShape(property.Name, shape, required, name) { Default = hasDefault ? defaults.GetProperty(property.Name) : null };
    }
}
