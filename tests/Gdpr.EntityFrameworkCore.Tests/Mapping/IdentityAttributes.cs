// The attributes of ASP.NET Core Identity by name and inheritance, which the library knows them by.
namespace Microsoft.AspNetCore.Identity;

[AttributeUsage(AttributeTargets.All)]
internal class PersonalDataAttribute : Attribute;

[AttributeUsage(AttributeTargets.All)]
internal sealed class ProtectedPersonalDataAttribute : PersonalDataAttribute;
