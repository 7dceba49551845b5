"""Words of the entries as people write them into a table: Chinese, English, and other spellings."""

from __future__ import annotations

from knowledge.exchange.cells import Choice

STATION_KINDS = Choice({
    "service_centre": ("服务中心", "service centre", "驿站", "服务站", "骑手驿站"),
    "grid_station": ("网格站点", "grid station", "网格驿站", "暖心驿站", "爱心驿站", "户外劳动者服务站点"),
    "depot": ("站点", "depot", "配送站", "快递站"),
    "shop": ("商户", "shop", "商店", "门店", "超市", "便利店"),
    "pharmacy": ("药店", "pharmacy"),
    "rest_room": ("休息室", "rest room", "休息点", "歇脚点"),
    "childcare": ("托育园", "childcare centre", "托育", "托育中心", "托育点", "托儿所", "托班"),
    "union_office": ("工会办公点", "union office", "工会", "工会办公室", "办公点", "办事处", "总工会",
                     "职工服务中心"),
})  # fmt: skip
AMENITIES = Choice({
    "water": ("饮水", "water", "喝水", "热水", "开水", "饮水机"),
    "seat": ("座位", "seat", "桌椅", "座椅", "休息", "seats"),
    "charging": ("充电", "charging", "手机充电", "充电宝"),
    "battery_swap": ("换电", "battery swap", "电动车换电"),
    "microwave": ("微波炉", "microwave", "热饭", "加热"),
    "toilet": ("厕所", "toilet", "卫生间", "洗手间"),
    "shower": ("淋浴", "shower", "洗澡"),
    "air_conditioning": ("空调", "air conditioning", "冷气"),
    "heating": ("暖气", "heating", "取暖"),
    "wifi": ("WiFi", "wifi", "无线网", "无线网络", "wlan"),
    "first_aid": ("急救箱", "first aid", "药箱", "急救包", "医药箱"),
})  # fmt: skip
WHO = Choice({
    "everyone": ("所有人", "everyone", "谁都能进", "不限", "全部", "all"),
    "members": ("工会会员", "members", "会员", "members only"),
    "employer": ("本单位员工", "employer", "本单位", "内部员工"),
    "trade": ("本行业", "trade", "限行业"),
})  # fmt: skip
TRADES = Choice({
    "food_delivery": ("外卖", "food delivery", "外卖骑手", "骑手", "外卖员"),
    "express": ("快递", "express", "快递员"),
    "ride_hailing": ("网约车", "ride-hailing", "网约车司机", "ride hailing"),
    "freight": ("货运", "freight", "货车司机", "货车"),
    "sanitation": ("环卫", "sanitation", "环卫工", "环卫工人"),
    "other": ("其他", "other", "其它"),
})  # fmt: skip
SYSTEMS = Choice({
    "wgs84": ("WGS-84", "WGS-84", "wgs84", "GPS", "大地坐标", "CGCS2000"),
    "gcj02": ("GCJ-02", "GCJ-02", "gcj02", "高德", "腾讯", "火星坐标", "amap", "tencent"),
    "bd09": ("BD-09", "BD-09", "bd09", "百度", "baidu", "bd09ll"),
})  # fmt: skip
LEVELS = Choice({
    "country": ("国家", "country", "全国"),
    "province": ("省", "province", "自治区"),
    "city": ("市", "city", "地级市"),
    "district": ("区县", "district", "区", "县", "县级市"),
    "street": ("街道", "street", "镇", "乡", "乡镇"),
    "circle": ("商圈", "circle"),
    "community": ("社区", "community", "村"),
})  # fmt: skip
LINES = Choice({
    "police": ("报警", "police"),
    "ambulance": ("急救", "ambulance"),
    "fire": ("消防", "fire"),
    "road": ("交通事故", "road"),
    "psychological": ("心理", "psychological", "心理援助"),
    "union": ("工会", "union"),
    "legal": ("法律", "legal", "法律援助"),
    "labour": ("劳动", "labour", "人社", "劳动保障"),
    "medical-insurance": ("医保", "medical insurance", "医疗保险"),
    "housing-fund": ("公积金", "housing fund", "住房公积金"),
    "city": ("政务", "city", "便民"),
    "consumer": ("消费", "consumer", "消费者"),
    "transport": ("交通运输", "transport", "运输"),
    "driving": ("交管", "driving", "车管"),
    "fraud": ("反诈", "fraud", "诈骗"),
    "women": ("妇女", "women"),
    "tax": ("税务", "tax", "纳税"),
})  # fmt: skip
SCHEME_KINDS = Choice({
    "mutual_aid": ("互助保障", "mutual aid", "职工互助"),
    "supplementary_insurance": ("补充保险", "supplementary insurance", "补充医疗保险"),
})  # fmt: skip
STATES = Choice({
    "draft": ("草稿", "draft"),
    "published": ("已发布", "published", "发布"),
    "archived": ("已归档", "archived", "归档"),
})  # fmt: skip
